import type { LucideIcon } from "lucide-preact";
import { t } from "../../lib/strings.ts";

export type Way = "beside" | "slider";

interface WayToggleProps {
  way: Way;
  icons: Record<Way, LucideIcon>;
  onChange: (way: Way) => void;
}

const WAYS = ["beside", "slider"] as const;

/** How two images are shown together. */
export function WayToggle({ way, icons, onChange }: WayToggleProps) {
  return (
    <fieldset class="flex rounded-lg border border-line p-0.5">
      <legend class="sr-only">{t.compare.way}</legend>
      {WAYS.map((choice) => {
        const Icon = icons[choice];
        return (
          <label
            key={choice}
            class="tap relative flex h-7 cursor-pointer items-center justify-center gap-1.5 rounded-md px-2.5 text-soft transition-colors hover:text-ink has-checked:bg-hover has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="compare-way"
              class="sr-only"
              checked={way === choice}
              onChange={() => onChange(choice)}
            />
            <Icon size={16} aria-hidden="true" />
            {t.compare[choice]}
          </label>
        );
      })}
    </fieldset>
  );
}
