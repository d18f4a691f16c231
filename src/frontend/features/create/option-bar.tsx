import { SlidersHorizontal } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ModelInfo } from "../../api/types.gen.ts";
import type { Draft } from "../../lib/draft.ts";
import { CUSTOM, isChanged, JPEG, optionsFor, TRANSPARENT } from "../../lib/options.ts";
import { t } from "../../lib/strings.ts";
import { OptionSelect, valueLabel } from "./option-select.tsx";

interface OptionBarProps {
  draft: Draft;
  model: ModelInfo;
  onChange: (next: Partial<Draft>) => void;
}

/** What this model lets one choose. On a phone all but the size wait behind one button. */
export function OptionBar({ draft, model, onChange }: OptionBarProps) {
  const [open, setOpen] = useState(false);
  const { size, quality, background, format } = optionsFor(draft, model);
  const { sizes, qualities, backgrounds, formats } = model;
  const changed = [
    isChanged(quality, qualities) && valueLabel("quality", quality),
    isChanged(background, backgrounds) && valueLabel("background", background),
    isChanged(format, formats) && valueLabel("format", format),
  ].filter((label) => label !== false);
  const summary = changed.join(", ");
  const more = [qualities, backgrounds, formats].some((offered) => offered.length > 0);
  return (
    <>
      <OptionSelect
        name="size"
        value={size}
        offered={model.freeSize ? [...sizes, CUSTOM] : sizes}
        onChange={(value) => onChange({ size: value })}
      />
      {more && (
        <button
          type="button"
          aria-expanded={open}
          aria-label={summary ? `${t.options.label}: ${summary}` : t.options.label}
          class={`tap inline-flex h-8 min-w-0 items-center gap-1.5 rounded-lg px-2.5 transition-colors hover:bg-fill sm:hidden ${summary ? "text-ink" : "text-soft"}`}
          onClick={() => setOpen(!open)}
        >
          <SlidersHorizontal size={16} class="shrink-0" aria-hidden="true" />
          <span class="truncate">{(!open && summary) || t.options.label}</span>
        </button>
      )}
      {more && (
        <div
          class={`max-sm:order-1 max-sm:flex max-sm:basis-full max-sm:flex-wrap sm:contents ${open ? "" : "max-sm:hidden"}`}
        >
          <OptionSelect
            name="quality"
            value={quality}
            offered={qualities}
            onChange={(value) => onChange({ quality: value })}
          />
          <OptionSelect
            name="background"
            value={background}
            offered={backgrounds}
            impossible={
              format === JPEG ? { value: TRANSPARENT, label: t.options.impossible.background } : null
            }
            onChange={(value) => onChange({ background: value })}
          />
          <OptionSelect
            name="format"
            value={format}
            offered={formats}
            impossible={
              background === TRANSPARENT ? { value: JPEG, label: t.options.impossible.format } : null
            }
            onChange={(value) => onChange({ format: value })}
          />
        </div>
      )}
    </>
  );
}
