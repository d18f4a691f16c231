import { CircleAlert, CornerLeftUp, Download, RotateCcw, X } from "lucide-preact";
import type { Job } from "../../api/types.gen.ts";
import { formatDollars } from "../../lib/cost.ts";
import { formatAgo } from "../../lib/format.ts";
import { isPending } from "../../lib/places.ts";
import { t } from "../../lib/strings.ts";
import { cancel, retry, reusePrompt } from "../../state/jobs.ts";
import { Button } from "../../ui/button.tsx";
import { Progress } from "../../ui/progress.tsx";
import { JobPlaces } from "./job-places.tsx";

interface JobCardProps {
  job: Job;
  now: number;
  onReuse: () => void;
}

/** A job: its images, how far it is, and what can be done about it. */
export function JobCard({ job, now, onReuse }: JobCardProps) {
  const pending = isPending(job);
  return (
    <li class="flex items-start gap-3 py-4 sm:gap-4" aria-label={job.prompt}>
      <JobPlaces job={job} />
      <div class="min-w-0 flex-1 sm:flex sm:gap-4">
        <div class="min-w-0 flex-1">
          <p dir="auto" class="wrap-anywhere line-clamp-2" title={job.prompt}>
            {job.prompt}
          </p>
          <p class="mt-0.5 text-soft text-xs">{facts(job, now).join(" · ")}</p>
          {pending && (
            <div class="mt-3">
              <Progress label={t.jobs.progress} value={job.status === "queued" ? 0 : job.progress} />
            </div>
          )}
          {job.notice && (
            <p role="status" class="mt-2 text-pretty text-soft text-xs">
              {job.notice}
            </p>
          )}
          {job.error && <JobError error={job.error} />}
          <Answers job={job} />
        </div>
        <div class="flex flex-wrap gap-1 max-sm:mt-2 max-sm:-ml-2 sm:-mt-1.5">
          <JobActions job={job} onReuse={onReuse} />
        </div>
      </div>
    </li>
  );
}

function facts(job: Job, now: number): string[] {
  const ready = isPending(job) && job.images.length > 0 ? [t.jobs.ready(job.images.length)] : [];
  const cost = job.cost === null ? [] : [formatDollars(job.cost)];
  return [t.jobs.status[job.status], ...ready, ...cost, job.model, formatAgo(job.createdAt, now)];
}

function JobError({ error: { title, detail } }: { error: NonNullable<Job["error"]> }) {
  return (
    <div class="mt-2 flex gap-2">
      <CircleAlert size={16} class="mt-0.5 shrink-0" aria-hidden="true" />
      <div class="wrap-anywhere min-w-0">
        <p class="font-medium">{title}</p>
        {detail && <p class="text-soft">{detail}</p>}
      </div>
    </div>
  );
}

/** What the server answered and nothing can show. */
function Answers({ job: { answers: urls, error } }: { job: Job }) {
  if (urls.length === 0) return null;
  return (
    <div class="mt-2">
      {!error && <p class="text-soft">{t.jobs.answerKept}</p>}
      {urls.map((url, index) => (
        <a
          key={url}
          href={url}
          download
          class="tap -ml-2 inline-flex h-8 items-center gap-1.5 rounded-lg px-2 text-accent transition-colors hover:bg-fill"
        >
          <Download size={16} aria-hidden="true" />
          {t.jobs.answer(index + 1, urls.length)}
        </a>
      ))}
    </div>
  );
}

function JobActions({ job, onReuse }: { job: Job; onReuse: () => void }) {
  if (isPending(job)) {
    return (
      <Button tone="quiet" class="max-sm:px-2!" onClick={() => void cancel(job)}>
        <X size={16} aria-hidden="true" />
        {t.jobs.cancel}
      </Button>
    );
  }
  const reuse = () => {
    reusePrompt(job.prompt);
    onReuse();
  };
  return (
    <>
      {job.status !== "done" && (
        <Button class="max-sm:ml-2" onClick={() => void retry(job)}>
          <RotateCcw size={16} aria-hidden="true" />
          {t.jobs.retry}
        </Button>
      )}
      <Button tone="quiet" class="px-2!" aria-label={t.jobs.reuse} title={t.jobs.reuse} onClick={reuse}>
        <CornerLeftUp size={16} aria-hidden="true" />
        <span class="sm:hidden">{t.jobs.reuse}</span>
      </Button>
    </>
  );
}
