import type { ModelInfo } from "../../api/types.gen.ts";
import { sizeRule } from "../../lib/size.ts";
import { t } from "../../lib/strings.ts";
import { FieldError } from "../../ui/field-error.tsx";

interface CustomSizeProps {
  value: string;
  rule: NonNullable<ModelInfo["freeSize"]>;
  error: string | null;
  onChange: (value: string) => void;
}

/** Width and height of one's own, with the rule that they must keep. */
export function CustomSize({ value, rule, error, onChange }: CustomSizeProps) {
  const [width = "", height = ""] = value.split("x");
  return (
    <div class="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 pt-1 pb-3">
      <div class="flex items-center gap-1.5">
        <Edge
          label={t.size.width}
          value={width}
          invalid={error !== null}
          onChange={(edge) => onChange(`${edge}x${height}`)}
        />
        <span aria-hidden="true">×</span>
        <Edge
          label={t.size.height}
          value={height}
          invalid={error !== null}
          onChange={(edge) => onChange(`${width}x${edge}`)}
        />
      </div>
      {error === null ? <p class="text-soft text-xs">{sizeRule(rule)}</p> : <FieldError>{error}</FieldError>}
    </div>
  );
}

interface EdgeProps {
  label: string;
  value: string;
  invalid: boolean;
  onChange: (value: string) => void;
}

function Edge({ label, value, invalid, onChange }: EdgeProps) {
  return (
    <input
      aria-label={label}
      aria-invalid={invalid}
      title={label}
      inputMode="numeric"
      maxLength={5}
      class="tap h-8 w-18 rounded-lg border border-line bg-raised px-2 text-center"
      value={value}
      onInput={(event) => onChange(event.currentTarget.value.replace(/\D/g, ""))}
    />
  );
}
