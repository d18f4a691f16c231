import type { Item, Job } from "../api/types.gen.ts";

/** What became of an image: present with this content, in Trash, or gone. */
export type ImageChange =
  | { kind: "present"; item: Item; arrived: boolean }
  | { kind: "trashed" }
  | { kind: "deleted" };

/** The last known outcome for each image, so that a burst of events costs one update. */
export type ImageChanges = Map<string, ImageChange>;

/** From this many on, asking for what shows costs less than placing each image. */
export const TOO_MANY = 500;

/** Adds an outcome to a burst; an image that arrived in it stays an arrival, whatever follows. */
export function collectPresent(changes: ImageChanges, item: Item, arrives: boolean): void {
  const before = changes.get(item.id);
  const arrived = arrives || (before?.kind === "present" && before.arrived);
  changes.set(item.id, { kind: "present", item, arrived });
}

/** A burst as lists take it. */
export interface SortedChanges {
  arrived: Item[];
  replaced: Item[];
  gone: string[];
  /** Images came into Trash of which only the id is known. */
  intoTrash: boolean;
}

/**
 * Sorts a burst. An event names a trashed image by its id only; a known one goes into Trash with its content.
 *
 * @param find looks an image up in what is loaded.
 * @param now the time at which images were trashed, as far as it is not known.
 */
export function sortChanges(
  changes: ImageChanges,
  find: (id: string) => Item | undefined,
  now: string,
): SortedChanges {
  const sorted: SortedChanges = { arrived: [], replaced: [], gone: [], intoTrash: false };
  for (const [id, change] of changes) {
    if (change.kind === "present") {
      (change.arrived ? sorted.arrived : sorted.replaced).push(change.item);
      continue;
    }
    const item = change.kind === "trashed" ? find(id) : undefined;
    if (item) {
      sorted.replaced.push({ ...item, deletedAt: item.deletedAt ?? now });
      continue;
    }
    sorted.gone.push(id);
    if (change.kind === "trashed") sorted.intoTrash = true;
  }
  return sorted;
}

/** Applies changes to the images of jobs; an image in Trash no longer belongs to the job's result. */
export function applyToJobs(jobs: Job[], changes: ImageChanges): Job[] {
  if (!jobs.some((job) => job.images.some((image) => changes.has(image.id)))) return jobs;
  return jobs.map((job) => {
    if (!job.images.some((image) => changes.has(image.id))) return job;
    return { ...job, images: job.images.flatMap((image) => applyToImage(image, changes.get(image.id))) };
  });
}

function applyToImage(image: Item, change: ImageChange | undefined): Item[] {
  if (!change) return [image];
  return change.kind === "present" && change.item.deletedAt === null ? [{ ...image, ...change.item }] : [];
}

/** Newest first; a job that is known already keeps its place. */
export function upsertJobs(jobs: Job[], changed: ReadonlyMap<string, Job>): Job[] {
  const known = new Set(jobs.map((job) => job.id));
  const added = [...changed.values()].filter((job) => !known.has(job.id));
  const kept = jobs.map((job) => changed.get(job.id) ?? job);
  return [...added.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)), ...kept];
}
