import { request } from "./http.ts";
import type { GenerateRequest, Job, JobList } from "./types.gen.ts";

/** @param key repeated presses with the same key start one job only. */
export function generate(body: GenerateRequest, key: string): Promise<{ job: Job }> {
  return request("POST", "/api/generate", { body, headers: { "idempotency-key": key } });
}

export function fetchJobs(signal: AbortSignal): Promise<JobList> {
  return request("GET", "/api/jobs", { signal });
}

export function cancelJob(id: string): Promise<{ job: Job }> {
  return request("DELETE", `/api/jobs/${id}`);
}

export function retryJob(id: string): Promise<{ job: Job }> {
  return request("POST", `/api/jobs/${id}/retry`);
}
