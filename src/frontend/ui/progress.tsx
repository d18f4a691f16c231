interface ProgressProps {
  label: string;
  /** From 0 to 1; null while the length of the work is unknown. */
  value: number | null;
}

export function Progress({ label, value }: ProgressProps) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { "aria-valuenow": percent })}
      class="h-1 overflow-hidden rounded-full bg-hover"
    >
      <div
        class={`h-full rounded-full bg-indigo-500 ${percent === null ? "endless" : "transition-[width]"}`}
        style={percent === null ? {} : { width: `${percent}%` }}
      />
    </div>
  );
}
