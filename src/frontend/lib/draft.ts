/** A source image as the form remembers it. */
export interface DraftSource {
  id: string;
  thumb: string;
  label: string;
}

/** The prompt form; null stands for the model's own default. */
export interface Draft {
  prompt: string;
  model: string | null;
  size: string | null;
  count: number;
  sources: DraftSource[];
}

export const EMPTY_DRAFT: Draft = { prompt: "", model: null, size: null, count: 1, sources: [] };

/** Reads a stored draft; whatever is missing or of the wrong kind falls back to the empty form. */
export function parseDraft(text: string | null): Draft {
  if (text === null) return EMPTY_DRAFT;
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return EMPTY_DRAFT;
  }
  if (typeof stored !== "object" || stored === null) return EMPTY_DRAFT;
  const { prompt, model, size, count, sources } = stored as Record<keyof Draft, unknown>;
  return {
    prompt: typeof prompt === "string" ? prompt : "",
    model: typeof model === "string" ? model : null,
    size: typeof size === "string" ? size : null,
    count: Number.isInteger(count) && Number(count) > 0 ? Number(count) : 1,
    sources: Array.isArray(sources) ? sources.filter(isSource) : [],
  };
}

/** Adds sources at the end; one that is there already is not added again. */
export function addSources(draft: Draft, sources: DraftSource[]): Draft {
  const known = new Set(draft.sources.map((source) => source.id));
  return { ...draft, sources: [...draft.sources, ...sources.filter((source) => !known.has(source.id))] };
}

function isSource(value: unknown): value is DraftSource {
  if (typeof value !== "object" || value === null) return false;
  const { id, thumb, label } = value as Record<keyof DraftSource, unknown>;
  return typeof id === "string" && typeof thumb === "string" && typeof label === "string";
}
