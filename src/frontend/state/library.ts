import { useEffect, useReducer } from "preact/hooks";
import type { Item } from "../api/types.gen.ts";
import { type Filter, filterKey } from "../lib/filter.ts";
import type { MonthCount } from "../lib/timeline.ts";
import { Shelf } from "./shelf.ts";

/** Indexes from `from` up to but not including `to`; 0 is the newest image. */
export interface Range {
  from: number;
  to: number;
}

/**
 * The images that match a filter, newest first. Only those near what was asked for are held; the rest are
 * known by their number. The object is a new one whenever something changed, its functions stay the same.
 */
export interface Library {
  filter: Filter;
  /** The first answer is in: `total` means something. */
  loaded: boolean;
  /** `total` and `months` are the server's; before, they are those of the first page. */
  certain: boolean;
  /** A request is under way. */
  loading: boolean;
  /** Why the last request failed; `retry` asks again. */
  error: Error | null;
  total: number;
  /** Newest first, UTC; their counts add up to `total`. */
  months: readonly MonthCount[];
  /** New images that are held back while the person is away from the top. */
  waiting: number;
  /** How many new images were let in at once so far. */
  arrived: number;
  /** Undefined while it is not held; `ensure` gets it. */
  itemAt: (index: number) => Item | undefined;
  /** -1 when the image is not held. */
  indexOf: (id: string) => number;
  /** Asks for what is missing of a range, gives up requests for places far from it, and drops far pages. */
  ensure: (range: Range) => void;
  /** The images of a range in order, also those that are not held. */
  itemsIn: (range: Range) => Promise<Item[]>;
  /** Gets what is around an image that is not held, when it is one of these. */
  locate: (id: string) => void;
  retry: () => void;
  /** True for an image that was in the list and is not any more. */
  hasLeft: (id: string) => boolean;
  /** Says whether the person is away from the top; back at the top, what waits is let in. */
  setAway: (away: boolean) => void;
  /** The time to give as `before` when acting on all images that match: nothing that came later was seen. */
  seenAt: () => string;
  /** How many of the held images came later than a time. */
  laterThan: (time: string) => number;
}

const KEPT = 4;
const shelves = new Map<string, Shelf>();

/** The library of a filter; it stays for a while after the last component has let go of it. */
export function useLibrary(filter: Filter): Library {
  const [, render] = useReducer<number, void>((n) => n + 1, 0);
  const shelf = shelfOf(filter);
  useEffect(() => shelf.use(render), [shelf]);
  return shelf.library;
}

/** New images exist (created or restored). Where the person is away from the top they wait. */
export function insertArrivals(items: readonly Item[]): void {
  for (const shelf of shelves.values()) shelf.arrive(items);
}

/**
 * Images have this content now, trashed ones with their `deletedAt`. They are replaced where they are held,
 * leave lists that they no longer match, and enter lists that they match now.
 */
export function replaceItems(items: readonly Item[]): void {
  for (const shelf of shelves.values()) shelf.replace(items);
}

/** Images are gone for ever, or in Trash without their content being known. */
export function removeIds(ids: Iterable<string>): void {
  const gone = new Set(ids);
  for (const shelf of shelves.values()) shelf.remove(gone);
}

/** Anything may have changed: the lists are asked for again; what shows stays until the answer is in. */
export function refetchAll(): void {
  for (const shelf of shelves.values()) shelf.refresh();
}

/** As `refetchAll`, only lists of Trash or only live ones. */
export function refetchWhere(wanted: (filter: Filter) => boolean): void {
  for (const shelf of shelves.values()) if (wanted(shelf.filter)) shelf.refresh();
}

/** Looks an image up in every list that is held. */
export function heldItem(id: string): Item | undefined {
  for (const shelf of shelves.values()) {
    const found = shelf.find(id);
    if (found) return found;
  }
  return undefined;
}

function shelfOf(filter: Filter): Shelf {
  const key = filterKey(filter);
  const known = shelves.get(key);
  const shelf = known ?? new Shelf(filter);
  // The one used last goes to the end; the oldest that nobody shows is dropped.
  shelves.delete(key);
  shelves.set(key, shelf);
  for (const [other, { shown }] of shelves) {
    if (shelves.size <= KEPT) break;
    if (!shown && other !== key) shelves.delete(other);
  }
  return shelf;
}

/** The images of a filter that are held. */
export function heldItems(filter: Filter): Item[] {
  return shelves.get(filterKey(filter))?.held.flatMap(({ items }) => items) ?? [];
}
