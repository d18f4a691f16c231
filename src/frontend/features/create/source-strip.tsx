import { X } from "lucide-preact";
import type { DraftSource } from "../../lib/draft.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { sourceUpload } from "../../state/uploads.ts";
import { FieldError } from "../../ui/field-error.tsx";
import { Progress } from "../../ui/progress.tsx";

interface SourceStripProps {
  sources: DraftSource[];
  error: string | undefined;
  onChange: (sources: DraftSource[]) => void;
}

/** The pictures that the new image starts from, in order. */
export function SourceStrip({ sources, error, onChange }: SourceStripProps) {
  const upload = useStore(sourceUpload);
  if (sources.length === 0 && !upload && !error) return null;
  return (
    <div class="px-4 pt-4">
      <ul aria-label={t.create.sources} class="flex flex-wrap gap-2">
        {sources.map((source, index) => (
          <li key={source.id} class="relative size-20">
            <img
              src={source.thumb}
              alt={source.label || t.viewer.source(index + 1)}
              class="size-full rounded-lg bg-fill object-cover"
            />
            <button
              type="button"
              aria-label={t.create.removeSource(source.label || String(index + 1))}
              title={t.create.removeSource(source.label || String(index + 1))}
              class="absolute top-1 right-1 flex size-6 items-center justify-center rounded-full bg-black/60 text-white hover:bg-black/80 coarse:size-7 coarse:after:absolute coarse:after:-inset-2"
              onClick={() => onChange(sources.filter(({ id }) => id !== source.id))}
            >
              <X size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {upload && (
        <div class="mt-3">
          <Progress
            label={t.upload.running(upload.files)}
            value={upload.sent < upload.total ? upload.sent / upload.total : null}
          />
        </div>
      )}
      {error && <FieldError class="mt-2">{error}</FieldError>}
    </div>
  );
}
