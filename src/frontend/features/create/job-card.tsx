import { CircleAlert, RotateCcw, X } from "lucide-preact";
import type { Item, Job } from "../../api/types.gen.ts";
import { formatAgo } from "../../lib/format.ts";
import { morph } from "../../lib/motion.ts";
import { t } from "../../lib/strings.ts";
import { cancel, retry } from "../../state/jobs.ts";
import { openViewer } from "../../state/route.ts";
import { Button } from "../../ui/button.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Thumb } from "../../ui/thumb.tsx";

export function JobCard({ job }: { job: Job }) {
  const pending = job.status === "queued" || job.status === "running";
  const repeatable = job.status === "failed" || job.status === "cancelled";
  return (
    <li class="rounded-xl border border-line p-3" aria-label={job.prompt}>
      <div class="flex items-start gap-3">
        <div class="min-w-0 flex-1">
          <p dir="auto" class="wrap-anywhere line-clamp-2" title={job.prompt}>
            {job.prompt}
          </p>
          <p class="mt-0.5 text-soft text-xs">
            {`${t.jobs.status[job.status]} · ${job.model} · ${formatAgo(job.createdAt, Date.now())}`}
          </p>
        </div>
        {pending && (
          <Button tone="quiet" onClick={() => void cancel(job)}>
            <X size={16} aria-hidden="true" />
            {t.jobs.cancel}
          </Button>
        )}
        {repeatable && (
          <Button onClick={() => void retry(job)}>
            <RotateCcw size={16} aria-hidden="true" />
            {t.jobs.retry}
          </Button>
        )}
      </div>
      {pending && (
        <div class="mt-3">
          <Progress label={t.jobs.progress} value={job.status === "queued" ? 0 : job.progress} />
        </div>
      )}
      {job.error && <JobError error={job.error} />}
      {job.images.length > 0 && <JobImages images={job.images} />}
    </li>
  );
}

function JobError({ error }: { error: NonNullable<Job["error"]> }) {
  return (
    <p class="mt-2 flex gap-2">
      <CircleAlert size={16} class="mt-0.5 shrink-0" aria-hidden="true" />
      <span class="wrap-anywhere">{error.detail || error.title}</span>
    </p>
  );
}

function JobImages({ images }: { images: Item[] }) {
  return (
    <div class="mt-3 grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-1">
      {images.map((image) => (
        <button
          key={image.id}
          id={`tile-${image.id}`}
          type="button"
          aria-label={image.prompt}
          class="aspect-square rounded-lg"
          onClick={() => open(image)}
        >
          <Thumb thumb={image.thumb} thumb2x={image.thumb2x} placeholder={image.placeholder} alt="" />
        </button>
      ))}
    </div>
  );
}

function open(image: Item): void {
  morph(
    document.getElementById(`tile-${image.id}`),
    () => openViewer(image.id),
    () => document.querySelector<HTMLElement>("[data-viewer-image]"),
  );
}
