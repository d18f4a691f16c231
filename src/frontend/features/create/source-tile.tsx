import { CircleAlert, ImageOff, X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { Progress } from "../../ui/progress.tsx";

interface SourceTileProps {
  src: string;
  label: string;
  /** Where it stands among several. */
  place: number | null;
  /** Something is wrong with it. */
  marked: boolean;
  /** How much has been uploaded, 0 to 1 or null; absent when nothing is to be. */
  sent?: number | null;
  onRemove: () => void;
  /** What else stands on the tile. */
  children?: ComponentChildren;
}

export function SourceTile({ src, label, place, marked, sent, onRemove, children }: SourceTileProps) {
  const [broken, setBroken] = useState(false);
  const remove = t.create.removeSource(label);
  const faded = sent !== undefined || marked ? "opacity-50" : "";
  return (
    <li class="relative size-18 rounded-lg bg-fill sm:size-20">
      {broken ? (
        <span role="img" aria-label={label} class="flex size-full items-center justify-center text-soft">
          <ImageOff size={20} aria-hidden="true" />
        </span>
      ) : (
        <img
          src={src}
          alt={label}
          title={label}
          class={`size-full rounded-lg object-cover transition-opacity ${faded}`}
          onError={() => setBroken(true)}
        />
      )}
      {(marked || place !== null) && (
        <span class="absolute top-1 left-1 flex h-5 min-w-5 items-center justify-center gap-0.5 rounded-full bg-black/60 px-1 text-white text-xs">
          {marked && <CircleAlert size={14} aria-hidden="true" />}
          {place}
        </span>
      )}
      {sent !== undefined && (
        <div class="absolute inset-x-2 bottom-2">
          <Progress label={t.create.uploading(label)} value={sent} />
        </div>
      )}
      {children}
      <button
        type="button"
        aria-label={remove}
        title={remove}
        class="absolute top-1 right-1 flex size-6 items-center justify-center rounded-full bg-black/60 text-white hover:bg-black/80 coarse:size-7 coarse:after:absolute coarse:after:-inset-2"
        onClick={onRemove}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </li>
  );
}
