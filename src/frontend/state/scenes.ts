import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/preact-query";
import { useMemo } from "preact/hooks";
import { useSearch } from "wouter-preact";
import { navigate } from "wouter-preact/use-browser-location";
import { fetchScenes, sceneToGallery, sceneToSource } from "../api/scenes.ts";
import type { SceneItem, ScenePage } from "../api/types.gen.ts";
import { toSource } from "../lib/draft.ts";
import { parseSceneView, type SceneView, sceneParams } from "../lib/scenes.ts";
import { t } from "../lib/strings.ts";
import { addDraftSources } from "./draft.ts";
import { notify, notifyError, notifyWhile } from "./toasts.ts";

const MINUTE_MS = 60_000;

/** Which scenes the address names. */
export function useSceneView(): SceneView {
  const search = useSearch();
  return useMemo(() => parseSceneView(search), [search]);
}

/** Shows other scenes; whatever changes but the page itself begins at the first page. */
export function showScenes(patch: Partial<SceneView>, replace = false): void {
  const query = sceneParams({ ...parseSceneView(location.search), page: 1, ...patch });
  navigate(`/scenes${query && `?${query}`}`, { replace });
}

/** A page of scenes; until it is there the one before stays. No event tells of changes, so it ages. */
export function useScenes(view: SceneView): UseQueryResult<ScenePage> {
  return useQuery({
    queryKey: ["scenes", view],
    queryFn: ({ signal }) => fetchScenes(view, signal),
    placeholderData: keepPreviousData,
    staleTime: MINUTE_MS,
    gcTime: MINUTE_MS,
    // A key that is wrong stays wrong; the page says so at once, and offers another try.
    retry: false,
  });
}

/** Takes a scene's screenshot to the prompt form as a source. */
export async function editScene(scene: SceneItem): Promise<void> {
  try {
    const { items } = await notifyWhile(t.scenes.taking, () => sceneToSource(scene.id));
    addDraftSources(items.map((item) => toSource(item, scene.title)));
    navigate("/");
  } catch (error) {
    notifyError(t.scenes.sourceFailed, error);
  }
}

/** Adds a scene's screenshot to the gallery. */
export async function keepScene(scene: SceneItem): Promise<void> {
  try {
    const { items } = await notifyWhile(t.scenes.taking, () => sceneToGallery(scene.id));
    const kept = items[0];
    if (!kept) return;
    notify(t.scenes.kept, { label: t.scenes.view, run: () => navigate(`/gallery?image=${kept.id}`) });
  } catch (error) {
    notifyError(t.scenes.keepFailed, error);
  }
}
