import type { Item, Job } from "../api/types.gen.ts";

/** What stands in the place of one of a job's images. */
export type Place = { kind: "image"; image: Item } | { kind: "partial"; url: string } | { kind: "empty" };

export function isPending({ status }: Job): boolean {
  return status === "queued" || status === "running";
}

/**
 * The places of a job's images: while it is pending one for each that was asked for, afterwards one for each
 * that there is. A partial image stands where its index says, so that it stays there when others are done.
 */
export function placesOf(job: Job): Place[] {
  if (!isPending(job)) return job.images.map((image) => ({ kind: "image", image }));
  const waiting = Math.max(0, job.n - job.images.length);
  const partials = new Map(job.partials.slice(0, waiting).map(({ index, url }) => [index, url]));
  const images = [...job.images];
  return Array.from({ length: job.n }, (_, index) => {
    const url = partials.get(index);
    if (url !== undefined) return { kind: "partial", url };
    const image = images.shift();
    return image ? { kind: "image", image } : { kind: "empty" };
  });
}
