/** A source image as the form remembers it. */
export interface DraftSource {
  id: string;
  thumb: string;
  label: string;
  /** The original and its size in pixels; absent in drafts of older versions. */
  full?: string;
  width?: number;
  height?: number;
}

/**
 * The prompt form; null stands for the model's own default. What is chosen here stays, even while a model
 * is chosen that cannot do it.
 */
export interface Draft {
  prompt: string;
  model: string | null;
  /** One of the model's sizes, or `custom` for the one in `customSize`. */
  size: string | null;
  customSize: string;
  quality: string | null;
  background: string | null;
  format: string | null;
  count: number;
  sources: DraftSource[];
}

export const EMPTY_DRAFT: Draft = {
  prompt: "",
  model: null,
  size: null,
  customSize: "1280x720",
  quality: null,
  background: null,
  format: null,
  count: 1,
  sources: [],
};

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
  const kept = stored as Record<keyof Draft, unknown>;
  const { count, sources } = kept;
  const choice = (name: keyof Draft) => (typeof kept[name] === "string" ? kept[name] : null);
  return {
    prompt: choice("prompt") ?? "",
    model: choice("model"),
    size: choice("size"),
    customSize: choice("customSize") ?? EMPTY_DRAFT.customSize,
    quality: choice("quality"),
    background: choice("background"),
    format: choice("format"),
    count: Number.isInteger(count) && Number(count) > 0 ? Number(count) : 1,
    sources: Array.isArray(sources) ? sources.filter(isSource) : [],
  };
}

/** What the form remembers of an image or source. */
export function toSource(item: Omit<Required<DraftSource>, "label">, label: string): DraftSource {
  const { id, thumb, full, width, height } = item;
  return { id, thumb, full, width, height, label };
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
