interface SegmentsProps<T extends string> {
  name: string;
  value: T;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** A few choices side by side, of which one holds. */
export function Segments<T extends string>({ name, value, options, onChange }: SegmentsProps<T>) {
  return (
    <div class="flex rounded-lg border border-line p-0.5">
      {options.map((option) => (
        <label
          key={option.value}
          class="tap flex h-7 flex-auto cursor-pointer items-center justify-center rounded-md px-1.5 text-soft transition-colors hover:text-ink has-checked:bg-hover has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            class="sr-only"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
