import { PencilLine } from "lucide-preact";
import { ApiError } from "../../api/http.ts";
import type { ModelInfo } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { useConfig } from "../../state/queries.ts";
import { FieldError } from "../../ui/field-error.tsx";
import { Retry } from "../../ui/retry.tsx";

/** What a person must know about the models before pressing Generate. */
export function ModelNotes({ model }: { model: ModelInfo | undefined }) {
  const { data, error, refetch } = useConfig();
  if (error) {
    const detail = error instanceof ApiError ? error.message : "";
    return <Retry text={t.create.configFailed} detail={detail} onRetry={() => void refetch()} />;
  }
  if (data?.models.length === 0) {
    return <FieldError class="mt-3 px-1">{`${t.create.noModels} ${t.create.noModelsDetail}`}</FieldError>;
  }
  if (!data || !model?.offline) return null;
  return (
    <p class="mt-3 flex gap-2 px-1 text-soft">
      <PencilLine size={16} class="mt-0.5 shrink-0" aria-hidden="true" />
      <span>
        <span class="text-ink">{t.create.offlineLead}</span> {t.create.offline}{" "}
        {data.keyMissing && t.create.keyMissing}
      </span>
    </p>
  );
}
