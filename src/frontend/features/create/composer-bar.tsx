import { ImagePlus, Sparkles } from "lucide-preact";
import type { ModelInfo } from "../../api/types.gen.ts";
import type { Draft } from "../../lib/draft.ts";
import { optionsFor } from "../../lib/options.ts";
import { t } from "../../lib/strings.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { FilePicker } from "../../ui/file-picker.tsx";
import { Select } from "../../ui/select.tsx";
import { Cost } from "./cost.tsx";
import { HistoryButton } from "./history-button.tsx";
import { OptionBar } from "./option-bar.tsx";
import { Stepper } from "./stepper.tsx";

interface ComposerBarProps {
  draft: Draft;
  models: ModelInfo[];
  model: ModelInfo | undefined;
  ready: boolean;
  onChange: (next: Partial<Draft>) => void;
  onFiles: (files: File[]) => void;
}

/** How the image is made, what it costs, and the button that makes it. */
export function ComposerBar({ draft, models, model, ready, onChange, onFiles }: ComposerBarProps) {
  const most = model?.maxImages ?? 1;
  const count = Math.min(draft.count, most);
  return (
    <div class="flex flex-wrap items-center gap-1.5 border-line border-t p-2">
      <FilePicker onFiles={onFiles}>
        {(open) => (
          <IconButton label={t.create.addSource} disabled={model?.maxSources === 0} onClick={open}>
            <ImagePlus size={18} aria-hidden="true" />
          </IconButton>
        )}
      </FilePicker>
      <HistoryButton />
      {model && (
        <>
          <Select
            label={t.create.model}
            value={model.name}
            options={models.map(({ name, label }) => ({ value: name, label }))}
            onChange={(name) => onChange({ model: name })}
          />
          <OptionBar draft={draft} model={model} onChange={onChange} />
        </>
      )}
      <div class="flex items-center max-sm:ml-auto">
        <Stepper value={count} most={most} onChange={(next) => onChange({ count: next })} />
      </div>
      <div class="flex grow items-center justify-end gap-3 max-sm:order-2 max-sm:basis-full">
        {model && <Cost model={model} options={optionsFor(draft, model)} count={count} />}
        <Button tone="primary" type="submit" disabled={!ready} class="max-sm:grow">
          <Sparkles size={16} aria-hidden="true" />
          {t.create.generate}
        </Button>
      </div>
    </div>
  );
}
