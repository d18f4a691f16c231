import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/preact-query";
import { fetchConfig, fetchImage, fetchPage, type GalleryFilter } from "../api/images.ts";
import { fetchJobs } from "../api/jobs.ts";
import type { Config, GalleryPage, ImageDetail, Item, Job, JobList } from "../api/types.gen.ts";
import { upsertJobs } from "../lib/changes.ts";
import { nextCursor } from "../lib/pages.ts";
import { queryClient } from "./client.ts";
import { whenLive } from "./live-gate.ts";

export type PagesData = InfiniteData<GalleryPage, string | null>;

export const LIVE_FILTER: GalleryFilter = { trash: false, starred: false, model: null };
export const TRASH_FILTER: GalleryFilter = { ...LIVE_FILTER, trash: true };

export const keys = {
  config: ["config"] as const,
  jobs: ["jobs"] as const,
  galleries: ["gallery"] as const,
  gallery: (filter: GalleryFilter) => ["gallery", filter] as const,
  image: (id: string) => ["image", id] as const,
};

export function useConfig(): UseQueryResult<Config> {
  return useQuery({ queryKey: keys.config, queryFn: ({ signal }) => fetchConfig(signal) });
}

/** Jobs that events told of since the list was last asked for; they are newer than its answer. */
const told = new Map<string, Job>();

export function useJobs(): UseQueryResult<JobList> {
  return useQuery({
    queryKey: keys.jobs,
    queryFn: async ({ signal }) => {
      await whenLive();
      told.clear();
      const { items } = await fetchJobs(signal);
      return { items: upsertJobs(items, told) };
    },
  });
}

export function applyJobs(changed: ReadonlyMap<string, Job>): void {
  for (const [id, job] of changed) told.set(id, job);
  queryClient.setQueryData<JobList>(keys.jobs, (jobs) => jobs && { items: upsertJobs(jobs.items, changed) });
}

export function knownJobs(): Job[] {
  return queryClient.getQueryData<JobList>(keys.jobs)?.items ?? [];
}

export function useGallery(filter: GalleryFilter): UseInfiniteQueryResult<PagesData> {
  return useInfiniteQuery({
    queryKey: keys.gallery(filter),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      await whenLive();
      return fetchPage(filter, pageParam, signal);
    },
    getNextPageParam: (_last, pages) => nextCursor(pages),
  });
}

/** Everything about one image; what a grid already knows about it is there at once. */
export function useImage(id: string): UseQueryResult<ImageDetail> {
  return useQuery({ queryKey: keys.image(id), queryFn: ({ signal }) => fetchImage(id, signal) });
}

/** Every gallery in the cache with its filter. */
export function cachedGalleries(): { filter: GalleryFilter; data: PagesData }[] {
  return queryClient
    .getQueriesData<PagesData>({ queryKey: keys.galleries })
    .flatMap(([key, data]) => (data ? [{ filter: key[1] as GalleryFilter, data }] : []));
}

/** Looks an image up in everything that has been loaded. */
export function findItem(id: string): Item | undefined {
  for (const { data } of cachedGalleries()) {
    for (const page of data.pages) {
      const found = page.items.find((item) => item.id === id);
      if (found) return found;
    }
  }
  const inJob = knownJobs()
    .flatMap((job) => job.images)
    .find((item) => item.id === id);
  return inJob ?? queryClient.getQueryData<ImageDetail>(keys.image(id));
}
