import { useId } from "preact/hooks";
import { serverNow } from "../../lib/clock.ts";
import { addDays, dayOf, PRESETS, presetOf, rangeOf } from "../../lib/dates.ts";
import type { Filter } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { setFilter } from "../../state/filter.ts";

/** A span of days, by a usual name or by its ends. */
export function DateFields({ filter }: { filter: Filter }) {
  const now = serverNow();
  const chosen = presetOf(filter, now);
  const hint = useId();
  return (
    <fieldset aria-describedby={hint}>
      <legend class="mb-1.5 text-soft text-xs">{t.filter.date}</legend>
      <div class="grid grid-cols-2 gap-1.5">
        {PRESETS.map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={chosen === preset}
            class="tap h-8 rounded-lg border border-line transition-colors hover:bg-fill aria-pressed:border-accent aria-pressed:bg-indigo-500/10 aria-pressed:font-medium"
            onClick={() => setFilter(chosen === preset ? { from: null, to: null } : rangeOf(preset, now))}
          >
            {t.filter.presets[preset]}
          </button>
        ))}
        <DayField
          label={t.filter.from}
          value={filter.from}
          max={filter.to === null ? dayOf(now) : addDays(filter.to, -1)}
          onChange={(from) => setFilter({ from })}
        />
        <DayField
          label={t.filter.to}
          value={filter.to === null ? null : addDays(filter.to, -1)}
          min={filter.from}
          onChange={(last) => setFilter({ to: last === null ? null : addDays(last, 1) })}
        />
      </div>
      <p id={hint} class="mt-1.5 text-soft text-xs">
        {t.filter.utc}
      </p>
    </fieldset>
  );
}

interface DayFieldProps {
  label: string;
  value: string | null;
  min?: string | null;
  max?: string | null;
  onChange: (day: string | null) => void;
}

function DayField({ label, value, min = null, max = null, onChange }: DayFieldProps) {
  return (
    <label class="mt-1 flex min-w-0 flex-col gap-1 text-soft text-xs">
      {label}
      <input
        type="date"
        class="tap h-8 min-w-0 rounded-lg border border-line bg-raised px-2 text-ink text-sm"
        value={value ?? ""}
        min={min ?? ""}
        max={max ?? ""}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      />
    </label>
  );
}
