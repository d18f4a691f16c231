import { useCallback, useState } from "preact/hooks";
import { ApiError } from "../../api/http.ts";
import type { Config, ModelInfo } from "../../api/types.gen.ts";
import type { Draft } from "../../lib/draft.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { draft as draftStore, updateDraft } from "../../state/draft.ts";
import { startJob } from "../../state/jobs.ts";
import { useConfig } from "../../state/queries.ts";
import { notifyError } from "../../state/toasts.ts";
import { uploadAsSources } from "../../state/uploads.ts";
import { useFileDrop } from "../../ui/drop.ts";
import { DropOverlay } from "../../ui/drop-overlay.tsx";
import { FieldError } from "../../ui/field-error.tsx";
import { Retry } from "../../ui/retry.tsx";
import { ComposerBar } from "./composer-bar.tsx";
import { OfflineNote } from "./offline-note.tsx";
import { PromptBox } from "./prompt-box.tsx";
import { SourceStrip } from "./source-strip.tsx";

const LONGEST_PROMPT = 32_000;

/** The prompt form. */
export function Composer() {
  const draft = useStore(draftStore);
  const config = useConfig();
  const model = chosenModel(config.data, draft);
  const { submit, sending, error, forget } = useSubmit(draft, model);
  const addFiles = useCallback((files: File[]) => void uploadAsSources(files), []);
  const dropping = useFileDrop(addFiles);
  const tooMany = model !== undefined && draft.sources.length > model.maxSources;
  const sourceError = tooMany ? t.create.tooManySources(model.maxSources) : error?.field("sources");
  const tooLong = isTooLong(draft.prompt);
  const ready = draft.prompt.trim() !== "" && model !== undefined && !tooMany && !tooLong && !sending;
  const change = (next: Partial<Draft>) => {
    forget();
    updateDraft(next);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void submit();
      }}
    >
      <div class="rounded-xl border border-line bg-raised transition-colors focus-within:border-indigo-500">
        <SourceStrip
          sources={draft.sources}
          error={sourceError}
          onChange={(sources) => change({ sources })}
        />
        <PromptBox
          value={draft.prompt}
          error={tooLong ? t.create.tooLong : error?.field("prompt")}
          onInput={(prompt) => change({ prompt })}
          onSubmit={() => ready && void submit()}
          onFiles={addFiles}
        />
        <ComposerBar
          draft={draft}
          models={config.data?.models ?? []}
          model={model}
          ready={ready}
          onChange={change}
          onFiles={addFiles}
        />
      </div>
      <OtherErrors error={error} />
      {config.error && (
        <Retry
          text={t.create.configFailed}
          detail={config.error instanceof ApiError ? config.error.message : ""}
          onRetry={() => void config.refetch()}
        />
      )}
      {model?.offline && <OfflineNote />}
      {dropping && <DropOverlay>{t.create.dropSources}</DropOverlay>}
    </form>
  );
}

/** The server counts characters, of which JavaScript may count one as two. */
function isTooLong(prompt: string): boolean {
  return prompt.length > LONGEST_PROMPT && [...prompt].length > LONGEST_PROMPT;
}

/** The model of the draft, or the first when the server no longer offers that one. */
function chosenModel(config: Config | undefined, draft: Draft): ModelInfo | undefined {
  return config?.models.find((model) => model.name === draft.model) ?? config?.models[0];
}

function useSubmit(draft: Draft, model: ModelInfo | undefined) {
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const submit = async () => {
    if (!model) return;
    setSending(true);
    setError(null);
    try {
      await startJob({
        prompt: draft.prompt,
        model: model.name,
        n: Math.min(draft.count, model.maxImages),
        ...(draft.size && model.sizes.includes(draft.size) && { size: draft.size }),
        ...(draft.sources.length > 0 && { sources: draft.sources.map((source) => source.id) }),
      });
    } catch (caught) {
      if (caught instanceof ApiError && caught.problem.errors?.length) setError(caught);
      else notifyError(t.failed.generate, caught);
    } finally {
      setSending(false);
    }
  };
  return { submit, sending, error, forget: () => setError(null) };
}

/** Errors of fields that have no place of their own in the form. */
function OtherErrors({ error }: { error: ApiError | null }) {
  const placed = ["prompt", "sources"];
  const others =
    error?.problem.errors?.filter(({ field }) => !placed.includes(field.split(/[.[]/)[0] ?? "")) ?? [];
  if (others.length === 0) return null;
  return (
    <FieldError class="mt-2 px-1">
      {others.map(({ field, message }) => `${field}: ${message}`).join(" ")}
    </FieldError>
  );
}
