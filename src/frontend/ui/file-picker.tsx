import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { ACCEPT } from "../lib/files.ts";

interface FilePickerProps {
  onFiles: (files: File[]) => void;
  children: (open: () => void) => ComponentChildren;
}

/** Lends any button the system's file picker. */
export function FilePicker({ onFiles, children }: FilePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={ACCEPT}
        multiple
        hidden
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          onFiles(files);
        }}
      />
      {children(() => input.current?.click())}
    </>
  );
}
