import { formatName, formatSize } from "../../lib/format.ts";
import { isChanged, type Options } from "../../lib/options.ts";
import { t } from "../../lib/strings.ts";
import { Select } from "../../ui/select.tsx";

interface OptionSelectProps {
  name: keyof Options;
  value: string;
  offered: string[];
  /** A value that another choice rules out, and how it is shown. */
  impossible?: { value: string; label: string } | null;
  class?: string;
  onChange: (value: string) => void;
}

/** One option of the model; nothing when the model has no such option. */
export function OptionSelect({ name, value, offered, impossible, onChange, ...rest }: OptionSelectProps) {
  if (offered.length === 0) return null;
  return (
    <Select
      label={t.options[name]}
      value={value}
      quiet={!isChanged(value, offered)}
      options={offered.map((choice) =>
        choice === impossible?.value
          ? { ...impossible, disabled: true }
          : { value: choice, label: valueLabel(name, choice) },
      )}
      onChange={onChange}
      {...rest}
    />
  );
}

/** A value in words; `high` as "High quality". */
export function valueLabel(name: keyof Options, value: string): string {
  if (name === "format") return formatName(value);
  const words: Record<string, string> = t.options.values[name];
  return words[value] ?? formatSize(value);
}
