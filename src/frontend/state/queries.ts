import { type UseQueryResult, useQuery } from "@tanstack/preact-query";
import { fetchConfig, fetchImage, fetchModels } from "../api/images.ts";
import { fetchJobs } from "../api/jobs.ts";
import type { Config, ImageDetail, Item, Job, JobList, Models } from "../api/types.gen.ts";
import { upsertJobs } from "../lib/changes.ts";
import { queryClient } from "./client.ts";
import { heldItem } from "./library.ts";
import { watchGap, whenLive } from "./live-gate.ts";

export const keys = {
  config: ["config"] as const,
  jobs: ["jobs"] as const,
  me: ["me"] as const,
  image: (id: string) => ["image", id] as const,
};

export function useConfig(): UseQueryResult<Config> {
  return useQuery({ queryKey: keys.config, queryFn: ({ signal }) => fetchConfig(signal) });
}

/** The models of the whole history; each time they are wanted they are asked for again. */
export function useModels(): UseQueryResult<Models> {
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => fetchModels(signal),
    staleTime: 0,
  });
}

/** Jobs that events told of since the list was last asked for; they are newer than its answer. */
const told = new Map<string, Job>();

export function useJobs(): UseQueryResult<JobList> {
  return useQuery({
    queryKey: keys.jobs,
    queryFn: async ({ signal }) => {
      const live = await whenLive();
      told.clear();
      const { items } = await fetchJobs(signal);
      if (!live) void watchGap(() => void queryClient.invalidateQueries({ queryKey: keys.jobs }));
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

/** Everything about one image; what a grid already knows about it is there at once. */
export function useImage(id: string): UseQueryResult<ImageDetail> {
  return useQuery({ queryKey: keys.image(id), queryFn: ({ signal }) => fetchImage(id, signal) });
}

/** Looks an image up in everything that has been loaded. */
export function findItem(id: string): Item | undefined {
  const inJob = () =>
    knownJobs()
      .flatMap((job) => job.images)
      .find((item) => item.id === id);
  return heldItem(id) ?? inJob() ?? queryClient.getQueryData<ImageDetail>(keys.image(id));
}
