import { Minus, Plus } from "lucide-preact";
import { t } from "../../lib/strings.ts";
import { IconButton } from "../../ui/button.tsx";

interface StepperProps {
  value: number;
  most: number;
  onChange: (value: number) => void;
}

/** How many images to make. */
export function Stepper({ value, most, onChange }: StepperProps) {
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
