/**
 * Chosen images. When `all` is set, everything that matches the filter and was there at that time is chosen,
 * and `ids` is empty. `anchor` is where a Shift range starts.
 */
export interface Selection {
  ids: ReadonlySet<string>;
  all: { before: string; count: number } | null;
  anchor: string | null;
}

export const NO_SELECTION: Selection = { ids: new Set(), all: null, anchor: null };

/** Adds or removes one image, which becomes the anchor; of everything, nothing is left. */
export function toggle(selection: Selection, id: string): Selection {
  if (selection.all) return NO_SELECTION;
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return ids.size === 0 ? NO_SELECTION : { ids, all: null, anchor: id };
}

/** Adds images, of which the last asked for is the new anchor unless there is one. */
export function extend(selection: Selection, added: readonly string[]): Selection {
  if (selection.all || added.length === 0) return selection;
  return {
    ids: new Set([...selection.ids, ...added]),
    all: null,
    anchor: selection.anchor ?? added.at(-1) ?? null,
  };
}

/** @param count how many there are now; what comes later is not chosen. */
export function everything(before: string, count = Number.POSITIVE_INFINITY): Selection {
  return { ids: new Set(), all: { before, count }, anchor: null };
}

/** Drops images that left the list; returns the same object when none did. */
export function prune(selection: Selection, hasLeft: (id: string) => boolean): Selection {
  const kept = [...selection.ids].filter((id) => !hasLeft(id));
  if (kept.length === selection.ids.size) return selection;
  return kept.length === 0 ? NO_SELECTION : { ...selection, ids: new Set(kept) };
}

export function isSelected(selection: Selection, id: string): boolean {
  return selection.all !== null || selection.ids.has(id);
}

export function isSelecting(selection: Selection): boolean {
  return selection.all !== null || selection.ids.size > 0;
}
