import { ImageOff } from "lucide-preact";
import { useState } from "preact/hooks";
import type { Item, Job } from "../../api/types.gen.ts";
import { morph } from "../../lib/motion.ts";
import { placesOf } from "../../lib/places.ts";
import { t } from "../../lib/strings.ts";
import { openViewer } from "../../state/route.ts";
import { Thumb } from "../../ui/thumb.tsx";

/** A place for each image of the job, from the start; what stands in it changes, where it is does not. */
export function JobPlaces({ job }: { job: Job }) {
  const places = placesOf(job);
  const waiting = job.status === "running" ? "motion-safe:animate-pulse" : "";
  const columns = job.n === 1 ? "" : job.n > 4 ? "grid-cols-2 sm:grid-cols-3" : "grid-cols-2";
  return (
    <div class={`grid w-24 shrink-0 content-start gap-1 sm:w-36 ${columns}`}>
      {places.length === 0 && <NoImage />}
      {places.map((place, index) => (
        <div key={index} class="relative aspect-square overflow-hidden rounded-lg">
          {place.kind === "empty" && <div class={`size-full bg-hover ${waiting}`} />}
          {place.kind === "partial" && <Unfinished url={place.url} label={t.jobs.unfinished(index + 1)} />}
          {place.kind === "image" && <JobImage image={place.image} />}
        </div>
      ))}
    </div>
  );
}

function NoImage() {
  return (
    <div class="flex h-18 items-center justify-center rounded-lg bg-fill text-soft">
      <ImageOff size={20} aria-hidden="true" />
    </div>
  );
}

/** The latest partial image; it fades in over the one before once it has loaded. */
function Unfinished({ url, label }: { url: string; label: string }) {
  const [loaded, setLoaded] = useState<string[]>([]);
  const layers = [...new Set([...loaded, url])];
  return (
    <div role="img" aria-label={label} class="relative size-full bg-fill">
      {layers.map((layer) => (
        <img
          key={layer}
          src={layer}
          alt=""
          class={`absolute size-full scale-105 object-cover blur-[3px] transition-opacity ${loaded.includes(layer) ? "" : "opacity-0"}`}
          onLoad={() => setLoaded((before) => [...before.slice(-1), layer])}
        />
      ))}
      <div class="absolute inset-0 bg-canvas/20" />
    </div>
  );
}

function JobImage({ image }: { image: Item }) {
  return (
    <button
      id={`tile-${image.id}`}
      type="button"
      aria-label={image.prompt}
      class="block size-full rounded-lg"
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
