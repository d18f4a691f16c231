import { prepareArchive } from "../api/bulk.ts";
import { formatBytes } from "../lib/format.ts";
import { t } from "../lib/strings.ts";
import { type Chosen, countOf, targetsOf } from "./chosen.ts";
import { notify, notifyError, notifyWhile } from "./toasts.ts";

/**
 * Downloads the originals of the chosen images; the browser itself shows how far it has come.
 *
 * @param save hands an address to the browser as a download.
 */
export async function downloadZip(chosen: Chosen, save: (url: string) => void): Promise<void> {
  let count = 0;
  let bytes = 0;
  try {
    await notifyWhile(t.working.zip(countOf(chosen)), async () => {
      for (const target of targetsOf(chosen)) {
        const archive = await prepareArchive(target);
        count += archive.count;
        bytes += archive.bytes;
        save(archive.url);
      }
    });
  } catch (error) {
    notifyError(t.failed.zip, error);
  }
  if (count > 0) notify(t.done.zip(count, formatBytes(bytes)));
}
