import type { ImageDetail, Item, JobList } from "../api/types.gen.ts";
import { applyToJobs, type ImageChange, type ImageChanges, sortChanges, TOO_MANY } from "../lib/changes.ts";
import { serverTime } from "../lib/clock.ts";
import { throttled } from "../lib/throttle.ts";
import { queryClient } from "./client.ts";
import { insertArrivals, refetchAll, refetchWhere, removeIds, replaceItems } from "./library.ts";
import { findItem, keys } from "./queries.ts";

const REFETCH_PAUSE_MS = 1_000;

/** Brings every list and detail in line with what became of images. */
export function applyImageChanges(changes: ImageChanges): void {
  if (changes.size > TOO_MANY) {
    refetchLists();
    void queryClient.invalidateQueries({ queryKey: ["image"] });
  } else placeImages(changes);
  updateJobs(changes);
}

/** Applies one outcome to images, for example before the server has confirmed it. */
export function applyToItems(items: readonly Item[], change: (item: Item) => ImageChange): void {
  if (items.length === 0) return;
  const changes = new Map(items.map((item) => [item.id, change(item)]));
  placeImages(changes);
  updateJobs(changes);
}

function placeImages(changes: ImageChanges): void {
  const { arrived, replaced, gone, intoTrash } = sortChanges(changes, findItem, serverTime());
  if (arrived.length > 0) insertArrivals(arrived);
  if (replaced.length > 0) replaceItems(replaced);
  if (gone.length > 0) removeIds(gone);
  if (intoTrash) refetchTrash();
  for (const item of [...arrived, ...replaced]) updateDetail(item);
}

export function present(item: Item, arrived = false): ImageChange {
  return { kind: "present", item, arrived };
}

/** Asks again for the lists that show; a storm of reasons to do so costs one request a second. */
export const refetchLists = throttled(refetchAll, REFETCH_PAUSE_MS);

const refetchTrash = throttled(() => refetchWhere((filter) => filter.trash), REFETCH_PAUSE_MS);

/** Everything may have changed, the jobs' images too. */
export function refetchEverything(): void {
  refetchLists();
  for (const queryKey of [keys.jobs, keys.config, keys.me, ["image"]]) {
    void queryClient.invalidateQueries({ queryKey });
  }
}

function updateDetail(item: Item): void {
  queryClient.setQueryData<ImageDetail>(keys.image(item.id), (detail) => detail && { ...detail, ...item });
}

function updateJobs(changes: ImageChanges): void {
  queryClient.setQueryData<JobList>(keys.jobs, (jobs) => {
    const items = jobs && applyToJobs(jobs.items, changes);
    return items && items !== jobs.items ? { items } : jobs;
  });
}
