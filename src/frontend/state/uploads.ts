import { uploadImages } from "../api/upload.ts";
import { batches, sortFiles } from "../lib/files.ts";
import { createStore } from "../lib/store.ts";
import { t } from "../lib/strings.ts";
import { applyToItems, present } from "./changes.ts";
import { notify, notifyError } from "./toasts.ts";

/** Bytes on their way; null when nothing is being sent. */
export interface UploadProgress {
  files: number;
  sent: number;
  total: number;
}

export const galleryUpload = createStore<UploadProgress | null>(null);

/** Adds pictures to the gallery. */
export async function uploadToGallery(files: Iterable<File>): Promise<void> {
  const { images, refused } = sortFiles(files);
  if (refused.length > 0) notifyError(t.upload.refused(refused), null);
  if (images.length === 0) return;
  const total = sizeOf(images);
  let before = 0;
  let count = 0;
  try {
    for (const batch of batches(images)) {
      const size = sizeOf(batch);
      const show = (sent: number) =>
        galleryUpload.set({ files: images.length, sent: before + Math.min(sent, size), total });
      show(0);
      const { items } = await uploadImages(batch, show);
      before += size;
      count += items.length;
      applyToItems(items, (item) => present(item, true));
    }
  } catch (error) {
    notifyError(t.failed.upload, error);
  } finally {
    galleryUpload.set(null);
  }
  if (count > 0) notify(t.upload.done(count));
}

function sizeOf(files: File[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}
