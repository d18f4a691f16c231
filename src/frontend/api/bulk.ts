import { request } from "./http.ts";
import type { ArchiveReady, Deleted, Undone, Updated } from "./types.gen.ts";

/** Images by their ids, or all that match the gallery's parameters and were there at `before`, but for some. */
export type Target =
  | { ids: string[] }
  | { filter: Record<string, unknown> & { before: string }; except?: string[] };

export interface BulkPatch {
  starred?: boolean;
  deleteToTrash?: boolean;
}

/** The most ids that one request may name. */
export const MOST_IDS = 1_000;

export function changeImages(target: Target, patch: BulkPatch): Promise<Updated> {
  return request("PATCH", "/api/images/bulk", { body: { ...target, ...patch } });
}

/** Takes back a bulk change; what was changed again meanwhile is left alone. */
export function undoChange(undo: string): Promise<Undone> {
  return request("POST", `/api/undo/${undo}`);
}

/** Deletes images of Trash for ever, all of them or none. */
export function purgeImages(target: Target): Promise<Deleted> {
  return request("POST", "/api/images/purge", { body: target });
}

/** Notes which originals to download; the address of the answer gives them as one archive. */
export function prepareArchive(target: Target): Promise<ArchiveReady> {
  return request("POST", "/api/images/zip", { body: target });
}
