/** How scenes may be ordered; the first is the usual one. */
export const SCENE_SORTS = ["newest", "oldest", "title", "rating", "duration"] as const;

export type SceneSort = (typeof SCENE_SORTS)[number];

/** Which page of which scenes shows; the address carries it. */
export interface SceneView {
  page: number;
  q: string | null;
  sort: SceneSort;
}

const FIRST: SceneView = { page: 1, q: null, sort: "newest" };
const LAST_PAGE = 1_000_000;

/** Reads an address; what makes no sense in it is left out. */
export function parseSceneView(search: string): SceneView {
  const query = new URLSearchParams(search);
  const page = Number(query.get("page") ?? 1);
  return {
    page: Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1,
    q: query.get("q")?.trim() ? query.get("q") : null,
    sort: SCENE_SORTS.find((sort) => sort === query.get("sort")) ?? FIRST.sort,
  };
}

/** The query of the page's address, and of the server's, without what is usual. */
export function sceneParams(view: SceneView): string {
  const query = new URLSearchParams();
  if (view.q) query.set("q", view.q);
  if (view.sort !== FIRST.sort) query.set("sort", view.sort);
  if (view.page > 1) query.set("page", `${view.page}`);
  return query.toString();
}

/** Seconds as `1:02:03`, or `4:05` within an hour. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => `${n}`.padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
