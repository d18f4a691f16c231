import { createStore } from "../lib/store.ts";
import { t } from "../lib/strings.ts";
import { draft } from "./draft.ts";
import { notifyError } from "./toasts.ts";

/** What may change of the first source image: a PNG as a data URL that is transparent there. */
export interface Mask {
  source: string;
  url: string;
}

const KEY = "aiimagecraft.mask";

/** The mask of the prompt form, kept across pages and reloads, and dropped when another source comes first. */
export const mask = createStore<Mask | null>(read());

draft.subscribe(() => {
  const kept = mask.get();
  if (kept && draft.get().sources[0]?.id !== kept.source) setMask(null);
});

export function setMask(next: Mask | null): void {
  mask.set(next);
  try {
    localStorage.removeItem(KEY);
    if (next) localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    notifyError(t.mask.notKept, null);
  }
}

function read(): Mask | null {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Mask> | null;
    const { source, url } = stored ?? {};
    const fits = typeof source === "string" && source === draft.get().sources[0]?.id;
    return fits && typeof url === "string" && url.startsWith("data:image/png;") ? { source, url } : null;
  } catch {
    return null;
  }
}
