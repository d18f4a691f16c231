import { type Filter, toParams } from "../lib/filter.ts";
import type { Spot } from "../lib/timeline.ts";
import { request, requestStamped, type Stamped } from "./http.ts";
import type { Config, GalleryPage, ImageDetail, Models, Placed, Timeline } from "./types.gen.ts";

export interface ImagePatch {
  starred?: boolean;
  deleteToTrash?: boolean;
}

export function fetchConfig(signal: AbortSignal): Promise<Config> {
  return request("GET", "/api/config", { signal });
}

/** Which page of a list: the first, one that a cursor leads to, or the one that begins at a place. */
export type PageStart = { cursor: string } | { spot: Spot } | null;

export function fetchPage(
  filter: Filter,
  start: PageStart,
  limit: number,
  signal: AbortSignal,
): Promise<Stamped<GalleryPage>> {
  const query = toParams(filter);
  query.set("limit", `${limit}`);
  if (start && "cursor" in start) query.set("cursor", start.cursor);
  else if (start) {
    query.set("at", start.spot.month);
    query.set("skip", `${start.spot.skip}`);
  }
  return requestStamped(`/api/gallery?${query}`, { signal });
}

export function fetchTimeline(filter: Filter, signal: AbortSignal): Promise<Stamped<Timeline>> {
  const query = toParams(filter).toString();
  return requestStamped(`/api/gallery/timeline${query && `?${query}`}`, { signal });
}

/** Where an image stands in a list, if it is in it. */
export function fetchPlace(filter: Filter, id: string): Promise<Placed> {
  const query = toParams(filter);
  query.set("id", id);
  return request("GET", `/api/gallery/place?${query}`);
}

/** The models of all images that are not in Trash. */
export function fetchModels(signal: AbortSignal): Promise<Models> {
  return request("GET", "/api/gallery/models", { signal });
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
