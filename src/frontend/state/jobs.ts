import { cancelJob, generate, retryJob } from "../api/jobs.ts";
import type { GenerateRequest, Job } from "../api/types.gen.ts";
import { t } from "../lib/strings.ts";
import { uuid } from "../lib/uuid.ts";
import { applyJobs } from "./changes.ts";
import { notifyError } from "./toasts.ts";

/**
 * Starts a job and lists it at once.
 *
 * @throws {ApiError} when the server refuses; the form shows it beside its fields.
 */
export async function startJob(body: GenerateRequest): Promise<void> {
  show((await generate(body, uuid())).job);
}

export async function cancel(job: Job): Promise<void> {
  try {
    show((await cancelJob(job.id)).job);
  } catch (error) {
    notifyError(t.failed.cancel, error);
  }
}

export async function retry(job: Job): Promise<void> {
  try {
    show((await retryJob(job.id)).job);
  } catch (error) {
    notifyError(t.failed.retry, error);
  }
}

function show(job: Job): void {
  applyJobs(new Map([[job.id, job]]));
}
