/** Chosen images; `anchor` is where a Shift range starts. */
export interface Selection {
  ids: ReadonlySet<string>;
  anchor: string | null;
}

export const NO_SELECTION: Selection = { ids: new Set(), anchor: null };

/** Adds or removes one image, which becomes the anchor. */
export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return ids.size === 0 ? NO_SELECTION : { ids, anchor: id };
}

/** Adds everything between the anchor and an image, both included. */
export function extendTo(selection: Selection, id: string, order: readonly string[]): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return toggle(selection, id);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]), anchor: selection.anchor };
}

/** Drops images that are no longer listed; returns the same object when none is. */
export function prune(selection: Selection, listed: ReadonlySet<string>): Selection {
  const kept = [...selection.ids].filter((id) => listed.has(id));
  if (kept.length === selection.ids.size) return selection;
  return kept.length === 0 ? NO_SELECTION : { ids: new Set(kept), anchor: selection.anchor };
}
