import { useEffect, useState } from "preact/hooks";

/** Takes files that are dropped anywhere on the page; returns true while some are held over it. */
export function useFileDrop(onFiles: (files: File[]) => void): boolean {
  const [active, setActive] = useState(false);
  useEffect(() => {
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const move = (by: number) => {
      depth = Math.max(0, depth + by);
      setActive(depth > 0);
    };
    const stop = new AbortController();
    const on = <K extends "dragenter" | "dragover" | "dragleave" | "drop">(
      type: K,
      handle: (event: DragEvent) => void,
    ) =>
      window.addEventListener(type, (event) => carriesFiles(event) && handle(event), { signal: stop.signal });
    on("dragenter", () => move(1));
    on("dragleave", () => move(-1));
    on("dragover", (event) => event.preventDefault());
    on("drop", (event) => {
      event.preventDefault();
      move(-depth);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    });
    return () => stop.abort();
  }, [onFiles]);
  return active;
}
