import type { ImageDetail, Item, JobList } from "../api/types.gen.ts";
import { applyToJobs, applyToPages, type ImageChange, type ImageChanges } from "../lib/changes.ts";
import { holdArrivals, waitingIds } from "./arrivals.ts";
import { queryClient } from "./client.ts";
import { cachedGalleries, findItem, keys, type PagesData, TRASH_FILTER } from "./queries.ts";

/** Brings every cached list and detail in line with what became of images. */
export function applyImageChanges(changes: ImageChanges): void {
  const resolved = resolveTrashed(changes);
  for (const { filter, data } of cachedGalleries()) {
    const result = applyToPages(data.pages, resolved, filter, waitingIds(filter));
    holdArrivals(filter, result.held, resolved);
    if (result.pages !== data.pages) {
      queryClient.setQueryData<PagesData>(keys.gallery(filter), { ...data, pages: result.pages });
    }
  }
  queryClient.setQueryData<JobList>(
    keys.jobs,
    (jobs) => jobs && { items: applyToJobs(jobs.items, resolved) },
  );
  for (const [id, change] of resolved) updateDetail(id, change);
}

/** Applies one outcome to images, for example before the server has confirmed it. */
export function applyToItems(items: Item[], change: (item: Item) => ImageChange): void {
  applyImageChanges(new Map(items.map((item) => [item.id, change(item)])));
}

export function present(item: Item, arrived = false): ImageChange {
  return { kind: "present", item, arrived };
}

/** An event names a trashed image by id only; a loaded copy of it can go straight into Trash. */
function resolveTrashed(changes: ImageChanges): ImageChanges {
  const deletedAt = new Date().toISOString();
  const resolved: ImageChanges = new Map();
  for (const [id, change] of changes) {
    const item = change.kind === "trashed" ? findItem(id) : undefined;
    resolved.set(id, item ? present({ ...item, deletedAt: item.deletedAt ?? deletedAt }) : change);
    if (change.kind === "trashed" && !item) {
      void queryClient.invalidateQueries({ queryKey: keys.gallery(TRASH_FILTER) });
    }
  }
  return resolved;
}

function updateDetail(id: string, change: ImageChange): void {
  if (change.kind !== "present") return;
  queryClient.setQueryData<ImageDetail>(keys.image(id), (detail) => detail && { ...detail, ...change.item });
}
