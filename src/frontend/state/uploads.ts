import type { Item, SourceItem } from "../api/types.gen.ts";
import { uploadImages, uploadSources } from "../api/upload.ts";
import { batches, sortFiles } from "../lib/files.ts";
import { createStore } from "../lib/store.ts";
import { t } from "../lib/strings.ts";
import { applyToItems, present } from "./changes.ts";
import { addDraftSources } from "./draft.ts";
import { notify, notifyError } from "./toasts.ts";

/** Bytes on their way; null when nothing is being sent. */
export interface UploadProgress {
  files: number;
  sent: number;
  total: number;
}

export const galleryUpload = createStore<UploadProgress | null>(null);
export const sourceUpload = createStore<UploadProgress | null>(null);

/** Adds pictures to the gallery. */
export async function uploadToGallery(files: Iterable<File>): Promise<void> {
  const items = await send<Item>(files, galleryUpload, uploadImages, (added) =>
    applyToItems(added, (item) => present(item, true)),
  );
  if (items > 0) notify(t.upload.done(items));
}

/** Adds pictures to the prompt form as source images. */
export async function uploadAsSources(files: Iterable<File>): Promise<void> {
  await send<SourceItem>(files, sourceUpload, uploadSources, (added) =>
    addDraftSources(added.map(({ id, thumb }) => ({ id, thumb, label: "" }))),
  );
}

async function send<T>(
  files: Iterable<File>,
  progress: typeof galleryUpload,
  upload: (files: File[], onProgress: (sent: number) => void) => Promise<{ items: T[] }>,
  onItems: (items: T[]) => void,
): Promise<number> {
  const { images, refused } = sortFiles(files);
  if (refused.length > 0) notifyError(t.upload.refused(refused), null);
  if (images.length === 0) return 0;
  const total = images.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  let count = 0;
  try {
    for (const batch of batches(images)) {
      const size = batch.reduce((sum, file) => sum + file.size, 0);
      const show = (sent: number) =>
        progress.set({ files: images.length, sent: before + Math.min(sent, size), total });
      show(0);
      const { items } = await upload(batch, show);
      before += size;
      count += items.length;
      onItems(items);
    }
  } catch (error) {
    notifyError(t.failed.upload, error);
  } finally {
    progress.set(null);
  }
  return count;
}
