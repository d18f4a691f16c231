import { downloadName } from "../lib/format.ts";

/** Saves an original under a name that says what it shows. */
export function download(image: { id: string; prompt: string; full: string }): void {
  const link = document.createElement("a");
  link.href = image.full;
  link.download = downloadName(image.prompt, image.id, image.full);
  link.click();
}

/** Saves what is at an address under the name that the server gives it. */
export function saveAs(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
