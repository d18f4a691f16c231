import { type SceneView, sceneParams } from "../lib/scenes.ts";
import { request } from "./http.ts";
import type { Created, ScenePage, SourcesCreated } from "./types.gen.ts";

export function fetchScenes(view: SceneView, signal: AbortSignal): Promise<ScenePage> {
  const query = sceneParams(view);
  return request("GET", `/api/scenes${query && `?${query}`}`, { signal });
}

/** Keeps a scene's screenshot as a source. */
export function sceneToSource(id: string): Promise<SourcesCreated> {
  return request("POST", `/api/scenes/${id}/source`);
}

/** Adds a scene's screenshot to the gallery. */
export function sceneToGallery(id: string): Promise<Created> {
  return request("POST", `/api/scenes/${id}/keep`);
}
