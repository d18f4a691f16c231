import type { ModelInfo } from "../../api/types.gen.ts";
import type { DraftSource } from "../../lib/draft.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { mask } from "../../state/mask.ts";
import { removeUpload, retryUpload, type SourceUpload, sourceUploads } from "../../state/source-uploads.ts";
import { Button } from "../../ui/button.tsx";
import { FieldError } from "../../ui/field-error.tsx";
import { MaskTile } from "./mask-tile.tsx";
import { SourceTile } from "./source-tile.tsx";

interface SourceStripProps {
  sources: DraftSource[];
  /** What the server said about them. */
  refusal: string | undefined;
  error: string | undefined;
  /** What the chosen model can do, as far as it is known. */
  model: ModelInfo | undefined;
  onChange: (sources: DraftSource[]) => void;
}

/** The pictures that the new image starts from, in order, and those that are still being uploaded. */
export function SourceStrip({ sources, refusal, error, model, onChange }: SourceStripProps) {
  const uploads = useStore(sourceUploads);
  const masked = useStore(mask) !== null;
  const gone = sources.flatMap(({ id }, index) => (refusal?.includes(id) ? [index + 1] : []));
  const problem = error ?? (gone.length > 0 ? t.create.sourcesGone(gone) : refusal);
  if (sources.length === 0 && uploads.length === 0 && !problem) return null;
  return (
    <div class="px-4 pt-4">
      <ul aria-label={t.create.sources} class="flex flex-wrap gap-2">
        {sources.map((source, index) => (
          <SourceTile
            key={source.id}
            src={source.thumb}
            label={source.label || t.viewer.source(index + 1)}
            place={sources.length > 1 ? index + 1 : null}
            marked={gone.includes(index + 1)}
            onRemove={() => onChange(sources.filter(({ id }) => id !== source.id))}
          >
            {index === 0 && (model?.mask || masked) && <MaskTile source={source} />}
          </SourceTile>
        ))}
        {uploads.map(({ key, url, file, sent, error: failure }) => (
          <SourceTile
            key={key}
            src={url}
            label={file.name}
            place={null}
            marked={failure !== null}
            {...(failure === null && { sent })}
            onRemove={() => removeUpload(key)}
          />
        ))}
      </ul>
      {problem && <FieldError class="mt-2">{problem}</FieldError>}
      {masked && model && !model.mask && <p class="mt-2 text-soft text-xs">{t.mask.foreign(model.label)}</p>}
      {uploads.map(
        ({ key, file, error: failure }) =>
          failure && (
            <Failure key={key} name={file.name} failure={failure} onRetry={() => retryUpload(key)} />
          ),
      )}
    </div>
  );
}

interface FailureProps {
  name: string;
  failure: NonNullable<SourceUpload["error"]>;
  onRetry: () => void;
}

function Failure({ name, failure: { text, again }, onRetry }: FailureProps) {
  return (
    <div class="mt-1 flex min-h-8 items-center justify-between gap-2">
      <FieldError>{`${name}: ${text}`}</FieldError>
      {again && (
        <Button tone="quiet" onClick={onRetry}>
          {t.grid.retry}
        </Button>
      )}
    </div>
  );
}
