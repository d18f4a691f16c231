import type { GalleryFilter } from "../api/images.ts";
import type { Item } from "../api/types.gen.ts";
import type { ImageChanges } from "../lib/changes.ts";
import { insertItems } from "../lib/pages.ts";
import { createStore } from "../lib/store.ts";
import { queryClient } from "./client.ts";
import { keys, type PagesData } from "./queries.ts";

/** New images that wait until the person is back at the top, by gallery. */
export const arrivals = createStore<ReadonlyMap<string, Item[]>>(new Map());

const holding = new Set<string>();

export function arrivalsKey(filter: GalleryFilter): string {
  return JSON.stringify(keys.gallery(filter));
}

/** The images that wait, or null while arrivals are let in at once. */
export function waitingIds(filter: GalleryFilter): ReadonlySet<string> | null {
  const key = arrivalsKey(filter);
  return holding.has(key)
    ? new Set(
        arrivals
          .get()
          .get(key)
          ?.map((item) => item.id),
      )
    : null;
}

/** Adds arrivals to those that wait, and drops what has meanwhile been trashed or deleted. */
export function holdArrivals(filter: GalleryFilter, added: Item[], changes: ImageChanges): void {
  const key = arrivalsKey(filter);
  const waiting = arrivals.get().get(key) ?? [];
  if (added.length === 0 && waiting.length === 0) return;
  const kept = waiting.filter((item) => !changes.has(item.id));
  arrivals.set((all) => new Map(all).set(key, [...kept, ...added]));
}

/** Says whether the person is away from the top; back at the top, what waits is let in. */
export function setHolding(filter: GalleryFilter, away: boolean): void {
  const key = arrivalsKey(filter);
  if (away) {
    holding.add(key);
    return;
  }
  holding.delete(key);
  const waiting = arrivals.get().get(key) ?? [];
  if (waiting.length === 0) return;
  arrivals.set((all) => new Map(all).set(key, []));
  queryClient.setQueryData<PagesData>(
    keys.gallery(filter),
    (data) => data && { ...data, pages: insertItems(data.pages, waiting) },
  );
}

/** A refetched list holds everything that waited. */
export function clearArrivals(): void {
  if (arrivals.get().size > 0) arrivals.set(new Map());
}
