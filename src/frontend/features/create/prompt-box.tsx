import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { FieldError } from "../../ui/field-error.tsx";

interface PromptBoxProps {
  value: string;
  error: string | undefined;
  onInput: (value: string) => void;
  onSubmit: () => void;
  onFiles: (files: File[]) => void;
}

const TALLEST_PX = 320;

/** Grows with its text; Ctrl or Cmd with Enter generates, and pasted pictures become source images. */
export function PromptBox({ value, error, onInput, onSubmit, onFiles }: PromptBoxProps) {
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
        onPaste={(event) => {
          const files = [...(event.clipboardData?.files ?? [])];
          if (files.length === 0) return;
          event.preventDefault();
          onFiles(files);
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
