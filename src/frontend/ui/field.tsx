import type { ComponentChildren, JSX, RefObject } from "preact";
import { useId } from "preact/hooks";
import { FieldError } from "./field-error.tsx";

type FieldProps = Omit<JSX.IntrinsicElements["input"], "label"> & {
  label: string;
  error?: string | undefined;
  hint?: string;
  input?: RefObject<HTMLInputElement> | undefined;
  /** Stands in the box, at its end. */
  end?: ComponentChildren;
};

/** A line to type in, with its name above and what is wrong with it below. */
export function Field({ label, error, hint, input, end, class: extra = "", ...rest }: FieldProps) {
  const id = useId();
  const noted = error ?? hint;
  return (
    <div class={extra}>
      <label for={id} class="mb-1.5 block font-medium">
        {label}
      </label>
      <div class="relative flex items-center">
        <input
          {...(input && { ref: input })}
          id={id}
          aria-invalid={error !== undefined}
          {...(noted && { "aria-describedby": `${id}-note` })}
          class={`tap h-9 w-full min-w-0 rounded-lg border border-line bg-raised px-3 transition-colors placeholder:text-soft hover:border-zinc-500/50 coarse:text-base ${end ? "pr-10 coarse:pr-12" : ""}`}
          {...rest}
        />
        {end && <span class="absolute right-0.5 coarse:right-0">{end}</span>}
      </div>
      {error ? (
        <FieldError id={`${id}-note`} class="mt-2">
          {error}
        </FieldError>
      ) : (
        hint && (
          <p id={`${id}-note`} class="mt-1.5 text-soft text-xs">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
