import type { Item } from "../api/types.gen.ts";

export type Orientation = "landscape" | "portrait" | "square";

/** Which images a list shows; `from` is its first day (UTC) and `to` the day after its last. */
export interface Filter {
  trash: boolean;
  starred: boolean;
  q: string | null;
  model: string | null;
  orientation: Orientation | null;
  from: string | null;
  to: string | null;
}

export const ALL_LIVE: Filter = {
  trash: false,
  starred: false,
  q: null,
  model: null,
  orientation: null,
  from: null,
  to: null,
};
export const ALL_TRASH: Filter = { ...ALL_LIVE, trash: true };
export const ORIENTATIONS: readonly Orientation[] = ["landscape", "portrait", "square"];
/** The server takes no more characters than these. */
export const LONGEST_SEARCH = 500;

const TEXTS = ["q", "model", "orientation", "from", "to"] as const;
const DAY = /^[12]\d{3}-\d{2}-\d{2}$/;

/** The parameters of a filter as the server and the address bar know them; absent ones filter nothing. */
export function toParams(filter: Filter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.trash) params.set("trash", "true");
  if (filter.starred) params.set("starred", "true");
  for (const name of TEXTS) {
    const value = filter[name];
    if (value?.trim()) params.set(name, value);
  }
  return params;
}

/** Reads a filter from an address; what the server would refuse filters nothing. */
export function parseFilter(search: string, trash: boolean): Filter {
  const params = new URLSearchParams(search);
  const text = (name: string) => params.get(name)?.trim() || null;
  const shape = text("orientation");
  return {
    trash,
    starred: ["true", "1"].includes(params.get("starred") ?? ""),
    q: params.get("q")?.trim() ? (params.get("q")?.slice(0, LONGEST_SEARCH) ?? null) : null,
    model: text("model"),
    orientation: ORIENTATIONS.find((known) => known === shape) ?? null,
    from: day(params.get("from")),
    to: day(params.get("to")),
  };
}

function day(text: string | null): string | null {
  if (!text || !DAY.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  // A 31 February parses as some day of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
}

/** Equal for filters that show the same images. */
export function filterKey(filter: Filter): string {
  return toParams(filter).toString();
}

export function sameFilter(a: Filter, b: Filter): boolean {
  return filterKey(a) === filterKey(b);
}

/** True when nothing is left out, of the gallery or of Trash. */
export function isEmpty(filter: Filter): boolean {
  return filterKey({ ...filter, trash: false }) === "";
}

/** True when an image belongs in a list with this filter, by the server's rules. */
export function matches(item: Item, filter: Filter): boolean {
  if ((item.deletedAt !== null) !== filter.trash) return false;
  if (filter.starred && !item.starred) return false;
  if (filter.model !== null && filter.model !== item.model) return false;
  if (filter.orientation !== null && filter.orientation !== orientationOf(item)) return false;
  const made = item.createdAt.slice(0, 10);
  if (filter.from !== null && made < filter.from) return false;
  if (filter.to !== null && made >= filter.to) return false;
  return filter.q === null || holdsWords(item.prompt, filter.q);
}

export function orientationOf({ width, height }: Pick<Item, "width" | "height">): Orientation {
  if (width === height) return "square";
  return width > height ? "landscape" : "portrait";
}

/** True when a prompt holds every word of a search, each at least its beginning, in any order. */
export function holdsWords(prompt: string, search: string): boolean {
  if (search.trim() === "") return true;
  const wanted = words(search);
  if (wanted.length === 0) return false;
  const held = words(prompt);
  return wanted.every((word) => held.some((other) => other.startsWith(word)));
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{Letter}\p{Mark}\p{Number}]+/u)
    .filter((word) => word !== "");
}
