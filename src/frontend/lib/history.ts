/** What a history remembers at the most. */
export const MOST_PROMPTS = 50;

/** The prompts of a history, newest first: each once, with the latest of several places. */
export function mergePrompts(...histories: (readonly string[])[]): string[] {
  const prompts = histories.flat().filter((prompt) => prompt.trim() !== "");
  return [...new Set(prompts)].slice(0, MOST_PROMPTS);
}

/** The prompts that hold every word of a search, each anywhere in it. */
export function searchPrompts(prompts: readonly string[], search: string): string[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return prompts.filter((prompt) => {
    const text = prompt.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Reads a stored history; anything else is none. */
export function parsePrompts(text: string | null): string[] {
  try {
    const stored: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(stored) ? stored.filter((prompt) => typeof prompt === "string") : [];
  } catch {
    return [];
  }
}
