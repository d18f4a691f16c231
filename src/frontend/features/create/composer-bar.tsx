import { ImagePlus, Minus, Plus, Sparkles } from "lucide-preact";
import type { ModelInfo } from "../../api/types.gen.ts";
import type { Draft } from "../../lib/draft.ts";
import { formatSize } from "../../lib/format.ts";
import { t } from "../../lib/strings.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { FilePicker } from "../../ui/file-picker.tsx";
import { Select } from "../../ui/select.tsx";

interface ComposerBarProps {
  draft: Draft;
  models: ModelInfo[];
  model: ModelInfo | undefined;
  ready: boolean;
  onChange: (next: Partial<Draft>) => void;
  onFiles: (files: File[]) => void;
}

/** How the image is made, and the button that makes it. */
export function ComposerBar({ draft, models, model, ready, onChange, onFiles }: ComposerBarProps) {
  const sizes = model?.sizes ?? [];
  const size = draft.size && sizes.includes(draft.size) ? draft.size : (sizes[0] ?? "");
  const most = model?.maxImages ?? 1;
  return (
    <div class="flex flex-wrap items-center gap-1.5 border-line border-t p-2">
      <FilePicker onFiles={onFiles}>
        {(open) => (
          <IconButton label={t.create.addSource} disabled={model?.maxSources === 0} onClick={open}>
            <ImagePlus size={18} aria-hidden="true" />
          </IconButton>
        )}
      </FilePicker>
      <Select
        label={t.create.model}
        value={model?.name ?? ""}
        options={models.map(({ name, label }) => ({ value: name, label }))}
        onChange={(name) => onChange({ model: name })}
      />
      <Select
        label={t.create.size}
        value={size}
        options={sizes.map((value) => ({ value, label: formatSize(value) }))}
        onChange={(value) => onChange({ size: value })}
      />
      <Stepper value={Math.min(draft.count, most)} most={most} onChange={(count) => onChange({ count })} />
      <Button tone="primary" type="submit" disabled={!ready} class="ml-auto max-sm:flex-1">
        <Sparkles size={16} aria-hidden="true" />
        {t.create.generate}
      </Button>
    </div>
  );
}

interface StepperProps {
  value: number;
  most: number;
  onChange: (value: number) => void;
}

function Stepper({ value, most, onChange }: StepperProps) {
  return (
    <fieldset class="flex items-center rounded-lg">
      <legend class="sr-only">{t.create.number}</legend>
      <IconButton label={t.create.fewer} disabled={value <= 1} onClick={() => onChange(value - 1)}>
        <Minus size={16} aria-hidden="true" />
      </IconButton>
      <output class="min-w-16 whitespace-nowrap text-center">{t.create.count(value)}</output>
      <IconButton label={t.create.more} disabled={value >= most} onClick={() => onChange(value + 1)}>
        <Plus size={16} aria-hidden="true" />
      </IconButton>
    </fieldset>
  );
}
