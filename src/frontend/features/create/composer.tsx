import type { ApiError } from "../../api/http.ts";
import type { Config, ModelInfo } from "../../api/types.gen.ts";
import type { Draft } from "../../lib/draft.ts";
import { CUSTOM, optionsFor } from "../../lib/options.ts";
import { sizeProblem } from "../../lib/size.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { draft as draftStore, updateDraft } from "../../state/draft.ts";
import { useConfig } from "../../state/queries.ts";
import { sourceUploads, uploadAsSources } from "../../state/source-uploads.ts";
import { useFileDrop } from "../../ui/drop.ts";
import { DropOverlay } from "../../ui/drop-overlay.tsx";
import { FieldError } from "../../ui/field-error.tsx";
import { useFilePaste } from "../../ui/paste.ts";
import { ComposerBar } from "./composer-bar.tsx";
import { CustomSize } from "./custom-size.tsx";
import { ModelNotes } from "./model-notes.tsx";
import { PromptBox } from "./prompt-box.tsx";
import { SourceStrip } from "./source-strip.tsx";
import { useSubmit } from "./use-submit.ts";

const LONGEST_PROMPT = 32_000;

/** The prompt form. */
export function Composer() {
  const draft = useStore(draftStore);
  const uploading = useStore(sourceUploads).some((upload) => upload.error === null);
  const config = useConfig();
  const model = chosenModel(config.data, draft);
  const { submit, sending, error } = useSubmit(draft, model);
  const dropping = useFileDrop(uploadAsSources);
  useFilePaste(uploadAsSources);
  const rule = model && optionsFor(draft, model).size === CUSTOM ? model.freeSize : null;
  const sizeError = rule ? sizeProblem(draft.customSize, rule) : null;
  const over = model ? draft.sources.length - model.maxSources : 0;
  const tooLong = isTooLong(draft.prompt);
  const complete = draft.prompt.trim() !== "" && model !== undefined;
  const ready = complete && over <= 0 && !tooLong && !sizeError && !uploading && !sending;
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
          refusal={error?.field("sources")}
          model={model}
          error={model && over > 0 ? t.create.tooManySources(model.maxSources, over) : undefined}
          onChange={(sources) => updateDraft({ sources })}
        />
        <PromptBox
          value={draft.prompt}
          error={tooLong ? t.create.tooLong : error?.field("prompt")}
          onInput={(prompt) => updateDraft({ prompt })}
          onSubmit={() => ready && void submit()}
        />
        {rule && (
          <CustomSize
            value={draft.customSize}
            rule={rule}
            error={sizeError}
            onChange={(customSize) => updateDraft({ customSize })}
          />
        )}
        <ComposerBar
          draft={draft}
          models={config.data?.models ?? []}
          model={model}
          ready={ready}
          onChange={updateDraft}
          onFiles={uploadAsSources}
        />
      </div>
      <OtherErrors error={error} />
      <ModelNotes model={model} />
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
