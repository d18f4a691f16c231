import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { FieldError } from "../../ui/field-error.tsx";

interface PromptBoxProps {
  value: string;
  error: string | undefined;
  onInput: (value: string) => void;
  onSubmit: () => void;
}

const TALLEST_PX = 320;

/** Grows with its text; Ctrl or Cmd with Enter generates. */
export function PromptBox({ value, error, onInput, onSubmit }: PromptBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(TALLEST_PX, element.scrollHeight)}px`;
  }, [value]);
  return (
    <>
      <textarea
        ref={box}
        dir="auto"
        rows={3}
        aria-label={t.create.prompt}
        aria-invalid={error !== undefined}
        {...(error === undefined ? {} : { "aria-describedby": "prompt-error" })}
        placeholder={t.create.placeholder}
        class="block w-full resize-none bg-transparent px-4 pt-3.5 pb-2 text-base outline-none placeholder:text-soft"
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onSubmit();
        }}
      />
      {error && (
        <FieldError id="prompt-error" class="px-4 pb-2">
          {error}
        </FieldError>
      )}
    </>
  );
}
