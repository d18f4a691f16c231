import { request } from "./http.ts";
import type { Config, GalleryPage, ImageDetail } from "./types.gen.ts";

export interface GalleryFilter {
  trash: boolean;
  starred: boolean;
  model: string | null;
}

export interface ImagePatch {
  starred?: boolean;
  deleteToTrash?: boolean;
}

export function fetchConfig(signal: AbortSignal): Promise<Config> {
  return request("GET", "/api/config", { signal });
}

export function fetchPage(
  filter: GalleryFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<GalleryPage> {
  const query = new URLSearchParams({ limit: "50" });
  if (filter.trash) query.set("trash", "true");
  if (filter.starred) query.set("starred", "true");
  if (filter.model) query.set("model", filter.model);
  if (cursor) query.set("cursor", cursor);
  return request("GET", `/api/gallery?${query}`, { signal });
}

export function fetchImage(id: string, signal: AbortSignal): Promise<ImageDetail> {
  return request("GET", `/api/image/${id}`, { signal });
}

export function patchImage(id: string, patch: ImagePatch): Promise<{ ok: boolean }> {
  return request("PATCH", `/api/image/${id}`, { body: patch });
}

export function patchImages(ids: string[], patch: ImagePatch): Promise<{ ok: boolean; updated: number }> {
  return request("PATCH", "/api/images/bulk", { body: { ids, ...patch } });
}

export function deleteImage(id: string): Promise<{ ok: boolean }> {
  return request("DELETE", `/api/image/${id}`);
}

export function emptyTrash(): Promise<{ ok: boolean; deleted: number }> {
  return request("POST", "/api/trash/empty");
}
