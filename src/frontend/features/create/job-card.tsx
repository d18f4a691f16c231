import { CircleAlert, ImageOff, RotateCcw, Sparkles, X } from "lucide-preact";
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
    <li class="flex items-start gap-3 py-3 sm:gap-4" aria-label={job.prompt}>
      <Lead job={job} pending={pending} />
      <div class="min-w-0 flex-1 py-1">
        <p dir="auto" class="wrap-anywhere line-clamp-2" title={job.prompt}>
          {job.prompt}
        </p>
        <p class="mt-0.5 text-soft text-xs">
          {`${t.jobs.status[job.status]} · ${job.model} · ${formatAgo(job.createdAt, Date.now())}`}
          {pending && job.images.length > 0 && ` · ${t.jobs.ready(job.images.length)}`}
        </p>
        {pending && (
          <div class="mt-3">
            <Progress label={t.jobs.progress} value={job.status === "queued" ? 0 : job.progress} />
          </div>
        )}
        {job.error && <JobError error={job.error} />}
        {job.images.length > 1 && (
          <div class="mt-2 flex flex-wrap gap-1">
            {job.images.slice(1).map((image) => (
              <JobImage key={image.id} image={image} class="size-12" />
            ))}
          </div>
        )}
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
    </li>
  );
}

/** The job's first image, or the place where it will stand. */
function Lead({ job, pending }: { job: Job; pending: boolean }) {
  const [image] = job.images;
  if (image) return <JobImage image={image} class="size-16 sm:size-20" />;
  return (
    <div class="flex size-16 shrink-0 sm:size-20 items-center justify-center rounded-lg bg-fill text-soft">
      {pending ? (
        <Sparkles size={20} class="motion-safe:animate-pulse" aria-hidden="true" />
      ) : (
        <ImageOff size={20} aria-hidden="true" />
      )}
    </div>
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

function JobImage({ image, class: size }: { image: Item; class: string }) {
  return (
    <button
      id={`tile-${image.id}`}
      type="button"
      aria-label={image.prompt}
      class={`shrink-0 rounded-lg ${size}`}
      onClick={() => open(image)}
    >
      <Thumb {...image} alt="" />
    </button>
  );
}

function open(image: Item): void {
  morph(
    document.getElementById(`tile-${image.id}`),
    () => openViewer(image.id),
    () => document.querySelector<HTMLElement>("[data-viewer-image]"),
  );
}
