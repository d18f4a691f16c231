import { downloadName } from "../lib/format.ts";

/** Saves an original under a name that says what it shows. */
export function download(image: { id: string; prompt: string; full: string }): void {
  const link = document.createElement("a");
  link.href = image.full;
  link.download = downloadName(image.prompt, image.id, image.full);
  link.click();
}
