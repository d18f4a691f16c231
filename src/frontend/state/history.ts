import { mergePrompts, parsePrompts } from "../lib/history.ts";
import { knownJobs } from "./queries.ts";

const KEY = "aiimagecraft.prompts";

/** The prompts that were sent, newest first: those of the listed jobs, and what this browser remembers. */
export function promptHistory(): string[] {
  return mergePrompts(
    stored().slice(0, 1),
    knownJobs().map((job) => job.prompt),
    stored(),
  );
}

export function rememberPrompt(prompt: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(mergePrompts([prompt], promptHistory())));
  } catch {
    // Fifty long prompts may be more than the browser keeps; the jobs still know theirs.
  }
}

function stored(): string[] {
  return parsePrompts(localStorage.getItem(KEY));
}
