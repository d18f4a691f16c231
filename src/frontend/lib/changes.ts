import type { GalleryPage, Item, Job } from "../api/types.gen.ts";
import { insertItems, matches, type PageFilter, removeItems, replaceItems } from "./pages.ts";

/** What became of an image: present with this content, in Trash, or gone. */
export type ImageChange =
  | { kind: "present"; item: Item; arrived: boolean }
  | { kind: "trashed" }
  | { kind: "deleted" };

/** The last known outcome for each image, so that a burst of events costs one update. */
export type ImageChanges = Map<string, ImageChange>;

/** Adds an outcome to a burst; an image that arrived in it stays an arrival, whatever follows. */
export function collectPresent(changes: ImageChanges, item: Item, arrives: boolean): void {
  const before = changes.get(item.id);
  const arrived = arrives || (before?.kind === "present" && before.arrived);
  changes.set(item.id, { kind: "present", item, arrived });
}

/**
 * Applies changes to one list.
 *
 * @param waiting when given, images that just arrived, or whose id waits already, are returned instead
 * of inserted.
 */
export function applyToPages(
  pages: GalleryPage[],
  changes: ImageChanges,
  filter: PageFilter,
  waiting: ReadonlySet<string> | null,
): { pages: GalleryPage[]; held: Item[] } {
  const replaced = new Map<string, Item>();
  const removed = new Set<string>();
  const inserted: Item[] = [];
  const held: Item[] = [];
  for (const [id, change] of changes) {
    if (change.kind === "present" && matches(change.item, filter)) {
      replaced.set(id, change.item);
      const waits = waiting !== null && (change.arrived || waiting.has(id));
      (waits ? held : inserted).push(change.item);
    } else if (change.kind !== "trashed" || !filter.trash) {
      removed.add(id);
    }
  }
  const kept = replaceItems(removeItems(pages, removed), replaced);
  return { pages: insertItems(kept, inserted), held: held.filter((item) => !contains(kept, item.id)) };
}

function contains(pages: GalleryPage[], id: string): boolean {
  return pages.some((page) => page.items.some((item) => item.id === id));
}

/** Applies changes to the images of jobs; an image in Trash no longer belongs to the job's result. */
export function applyToJobs(jobs: Job[], changes: ImageChanges): Job[] {
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
