import type { Item } from "../api/types.gen.ts";
import { isLater } from "./times.ts";

/** What must be known of an image to choose it. */
export type Choice = Pick<Item, "id" | "createdAt" | "deletedAt">;

/** All that match a filter and were there when one looked, but for those that were taken out again. */
interface Everything {
  before: string;
  /** How many these were, with those that were taken out. */
  count: number;
  without: ReadonlySet<string>;
}

/** Chosen images: everything, and beside it, or in place of it, single ones. `anchor` is where a Shift range starts. */
export interface Selection {
  ids: ReadonlySet<string>;
  all: Everything | null;
  anchor: string | null;
}

/** The most images that the server leaves out of everything. */
export const MOST_WITHOUT = 1_000;

export const NO_SELECTION: Selection = { ids: new Set(), all: null, anchor: null };

/** Adds or removes one image, which becomes the anchor. */
export function toggle(selection: Selection, image: Choice): Selection {
  const { ids, all } = choose(selection, [image], !isSelected(selection, image));
  return ids.size > 0 || all ? { ids, all, anchor: image.id } : NO_SELECTION;
}

/** Adds images, of which the last is the new anchor unless there is one. */
export function extend(selection: Selection, added: readonly Choice[]): Selection {
  if (added.length === 0) return selection;
  const { ids, all } = choose(selection, added, true);
  return { ids, all, anchor: selection.anchor ?? added.at(-1)?.id ?? null };
}

/** Gives the images of a range what was last done to its anchor: they are taken out of everything as it was. */
export function stretch(selection: Selection, range: readonly Choice[]): Selection {
  const anchor = range.find(({ id }) => id === selection.anchor);
  const on = !selection.all || !anchor || isSelected(selection, anchor);
  return on ? extend(selection, range) : { ...choose(selection, range, false), anchor: selection.anchor };
}

/** @param count how many there are now; what comes later is not chosen. */
export function everything(before: string, count: number): Selection {
  return { ids: new Set(), all: { before, count, without: new Set() }, anchor: null };
}

/** Drops images that left the list; returns the same object when none did. */
export function prune(selection: Selection, hasLeft: (id: string) => boolean): Selection {
  const { ids, all, anchor } = selection;
  const kept = [...ids].filter((id) => !hasLeft(id));
  const without = [...(all?.without ?? [])].filter((id) => !hasLeft(id));
  if (kept.length === ids.size && without.length === (all?.without.size ?? 0)) return selection;
  if (kept.length === 0 && !all) return NO_SELECTION;
  return { ids: new Set(kept), all: all && { ...all, without: new Set(without) }, anchor };
}

export function isSelected({ ids, all }: Selection, image: Choice): boolean {
  return ids.has(image.id) || (all !== null && covers(all, image) && !all.without.has(image.id));
}

export function isSelecting(selection: Selection): boolean {
  return selection.all !== null || selection.ids.size > 0;
}

/** How many of everything are chosen. @param present how many match now and are not later. */
export function countOfAll({ all }: Selection, present: number): number {
  return all ? Math.max(0, Math.min(all.count, present) - all.without.size) : 0;
}

function choose({ ids, all }: Selection, images: readonly Choice[], on: boolean): Omit<Selection, "anchor"> {
  const single = new Set(ids);
  const without = new Set(all?.without);
  for (const image of images) {
    // Of everything it is the exceptions that are named.
    const covered = all !== null && covers(all, image);
    const named = covered ? without : single;
    if (covered === on) named.delete(image.id);
    else named.add(image.id);
  }
  return { ids: single, all: all && { ...all, without } };
}

function covers({ before }: Everything, { createdAt, deletedAt }: Choice): boolean {
  return !isLater(createdAt, before) && (deletedAt === null || !isLater(deletedAt, before));
}
