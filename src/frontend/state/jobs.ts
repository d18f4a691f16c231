import { ApiError } from "../api/http.ts";
import { cancelJob, generate, retryJob } from "../api/jobs.ts";
import type { GenerateRequest, Job } from "../api/types.gen.ts";
import { fingerprint } from "../lib/fingerprint.ts";
import { t } from "../lib/strings.ts";
import { draft, updateDraft } from "./draft.ts";
import { forgetKey, keyFor } from "./press.ts";
import { applyJobs, knownJobs } from "./queries.ts";
import { notify, notifyError } from "./toasts.ts";

/**
 * Starts a job and lists it at once.
 *
 * @throws {ApiError} when the server refuses; the form shows it beside its fields.
 */
export async function startJob(body: GenerateRequest): Promise<void> {
  try {
    await show(generate(body, keyFor(describe(body))));
  } catch (error) {
    if (isAnswer(error)) forgetKey();
    throw error;
  }
  forgetKey();
}

/** The request without the bytes of its mask, which are too many to be kept twice. */
function describe(body: GenerateRequest): string {
  return JSON.stringify(body.mask ? { ...body, mask: fingerprint(body.mask) } : body);
}

/** Whether the server itself refused; after anything else the job may have been started. */
function isAnswer(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

export async function cancel(job: Job): Promise<void> {
  try {
    await show(cancelJob(job.id));
  } catch (error) {
    notifyError(t.failed.cancel, error);
  }
}

export async function retry(job: Job): Promise<void> {
  try {
    await show(retryJob(job.id));
  } catch (error) {
    notifyError(t.failed.retry, error);
  }
}

/** Takes an earlier prompt back to the prompt form; what stood there can be had again. */
export function reusePrompt(prompt: string): void {
  const before = draft.get().prompt;
  updateDraft({ prompt });
  if (before.trim() === "" || before === prompt) return;
  notify(t.jobs.replaced, { label: t.toast.undo, run: () => updateDraft({ prompt: before }) });
}

/** Shows the answer, unless an event that came before it has told of the job already. */
async function show(answer: Promise<{ job: Job }>): Promise<void> {
  const before = knownJobs();
  const { job } = await answer;
  const known = knownJobs().find(({ id }) => id === job.id);
  if (!known || before.includes(known)) applyJobs(new Map([[job.id, job]]));
}
