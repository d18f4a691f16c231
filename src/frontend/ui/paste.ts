import { useEffect } from "preact/hooks";

/** Takes files that are pasted anywhere on the page. */
export function useFilePaste(onFiles: (files: File[]) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const data = event.clipboardData;
      // A copied passage of a document may bring a picture of itself; it is meant as text.
      if (!data || (data.types.includes("text/plain") && data.types.includes("text/html"))) return;
      const files = [...data.files];
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [onFiles]);
}
