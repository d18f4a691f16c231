import { ChevronDown } from "lucide-preact";

interface SelectProps {
  label: string;
  value: string;
  options: { value: string; label: string; disabled?: boolean }[];
  /** Set back, because nothing in particular was chosen. */
  quiet?: boolean;
  class?: string;
  onChange: (value: string) => void;
}

/** The system's own list of choices, in the dress of the app. */
export function Select({ label, value, options, quiet = false, class: extra = "", onChange }: SelectProps) {
  return (
    <span class={`relative inline-flex min-w-0 items-center ${extra}`}>
      <select
        aria-label={label}
        title={label}
        disabled={options.length < 2}
        class={`tap field-sizing-content h-8 w-full min-w-0 appearance-none truncate rounded-lg bg-raised pr-7 pl-2.5 transition-colors enabled:hover:bg-fill disabled:pr-2.5 disabled:text-soft disabled:opacity-100 ${quiet ? "text-soft" : "text-ink"}`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled ?? false}>
            {option.label}
          </option>
        ))}
      </select>
      {options.length > 1 && (
        <ChevronDown size={14} class="pointer-events-none absolute right-2 text-soft" aria-hidden="true" />
      )}
    </span>
  );
}
