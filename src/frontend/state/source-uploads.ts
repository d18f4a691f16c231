import { ApiError } from "../api/http.ts";
import { uploadSources } from "../api/upload.ts";
import { toSource } from "../lib/draft.ts";
import { sortFiles } from "../lib/files.ts";
import { createStore } from "../lib/store.ts";
import { t } from "../lib/strings.ts";
import { uuid } from "../lib/uuid.ts";
import { addDraftSources, draft } from "./draft.ts";
import { notifyError } from "./toasts.ts";

/** A file on its way to become a source image. */
export interface SourceUpload {
  key: string;
  file: File;
  /** Shows the file before the server has it. */
  url: string;
  /** From 0 to 1; null while the server works on it. */
  sent: number | null;
  /** Why it failed, and whether another try may succeed. */
  error: { text: string; again: boolean } | null;
}

/** No model takes more. */
export const MOST_SOURCES = 16;

export const sourceUploads = createStore<SourceUpload[]>([]);

let queue = Promise.resolve();

/** Adds pictures to the prompt form as source images, one after the other so that they keep their order. */
export function uploadAsSources(files: File[]): void {
  const { images, refused } = sortFiles(files);
  if (refused.length > 0) notifyError(t.upload.refused(refused), null);
  const room = Math.max(0, MOST_SOURCES - draft.get().sources.length - sourceUploads.get().length);
  if (images.length > room) notifyError(t.create.leftOut(images.length - room, MOST_SOURCES), null);
  const added = images
    .slice(0, room)
    .map((file) => ({ key: uuid(), file, url: URL.createObjectURL(file), sent: 0, error: null }));
  sourceUploads.set((uploads) => [...uploads, ...added]);
  for (const { key } of added) enqueue(key);
}

export function retryUpload(key: string): void {
  change(key, { sent: 0, error: null });
  enqueue(key);
}

/** Takes a file back; what may still arrive of it is left to the server. */
export function removeUpload(key: string): void {
  const upload = find(key);
  if (!upload) return;
  URL.revokeObjectURL(upload.url);
  sourceUploads.set((uploads) => uploads.filter((other) => other.key !== key));
}

function enqueue(key: string): void {
  queue = queue.then(() => send(key));
}

async function send(key: string): Promise<void> {
  const upload = find(key);
  if (!upload || upload.error !== null) return;
  const { file } = upload;
  try {
    const { items } = await uploadSources([file], (sent) =>
      change(key, { sent: sent < file.size ? sent / file.size : null }),
    );
    if (find(key)) {
      addDraftSources(items.map((item) => toSource(item, file.name)));
    }
    removeUpload(key);
  } catch (error) {
    change(key, { error: explain(error, file.name) });
  }
}

/** The server names the file among others; here it stands alone. */
function explain(error: unknown, name: string): SourceUpload["error"] {
  if (!(error instanceof ApiError)) return { text: t.failed.upload, again: true };
  const text = error.message.split(`'${name}': `).pop() ?? error.message;
  return { text, again: error.status === 0 || error.status >= 500 };
}

function find(key: string): SourceUpload | undefined {
  return sourceUploads.get().find((upload) => upload.key === key);
}

function change(key: string, next: Partial<SourceUpload>): void {
  sourceUploads.set((uploads) =>
    uploads.map((upload) => (upload.key === key ? { ...upload, ...next } : upload)),
  );
}
