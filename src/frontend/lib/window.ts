import type { Item } from "../api/types.gen.ts";
import { compareItems } from "./pages.ts";

/** Images that follow one another, from an index on. */
export interface Stretch {
  start: number;
  items: readonly Item[];
  /** Leads to the images before it, where that is known. */
  prev: string | null;
  /** Leads to the images after it, where that is known. */
  next: string | null;
}

/** The held parts of a long list: in order, none over another. */
export type Held = readonly Stretch[];

/** Indexes from `from` up to but not including `to`. */
export interface Span {
  from: number;
  to: number;
}

export const PAGE = 100;

export function endOf({ start, items }: Stretch): number {
  return start + items.length;
}

export function itemAt(held: Held, index: number): Item | undefined {
  let low = 0;
  let high = held.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const stretch = held[middle];
    if (!stretch) return undefined;
    if (index < stretch.start) high = middle - 1;
    else if (index >= endOf(stretch)) low = middle + 1;
    else return stretch.items[index - stretch.start];
  }
  return undefined;
}

/** The first part of a range that is not held, within the whole gap that it lies in; null when all is. */
export function gapIn(held: Held, range: Span, total: number): { hole: Span; gap: Span } | null {
  let at = Math.max(0, range.from);
  const to = Math.min(total, range.to);
  let before = 0;
  for (const stretch of held) {
    if (at < stretch.start) break;
    before = endOf(stretch);
    at = Math.max(at, before);
  }
  if (at >= to) return null;
  const after = held.find(({ start }) => start >= at)?.start ?? total;
  return { hole: { from: at, to: Math.min(to, after) }, gap: { from: before, to: after } };
}

/** How to get a page that fills a hole: on from a neighbour where possible, else by its place. */
export type Want =
  | { by: "next" | "prev"; cursor: string; span: Span }
  | { by: "place"; index: number; span: Span };

export function wantFor(held: Held, range: Span, total: number): Want | null {
  const found = gapIn(held, range, total);
  if (!found) return null;
  const { hole, gap } = found;
  const before = held.find((stretch) => endOf(stretch) === gap.from);
  if (before?.next && hole.from < gap.from + PAGE) {
    return { by: "next", cursor: before.next, span: { from: gap.from, to: gap.from + PAGE } };
  }
  const after = held.find(({ start }) => start === gap.to);
  if (after?.prev && hole.to > gap.to - PAGE) {
    return { by: "prev", cursor: after.prev, span: { from: gap.to - PAGE, to: gap.to } };
  }
  const middle = (hole.from + hole.to) >> 1;
  const index = Math.max(gap.from, Math.min(hole.from, middle - PAGE / 2));
  return { by: "place", index, span: { from: index, to: index + PAGE } };
}

/** Adds a stretch without what is held already; null when the two do not agree about who is where. */
export function put(held: Held, added: Stretch): Held | null {
  const places = new Map(held.flatMap(({ start, items }) => items.map(({ id }, at) => [id, start + at])));
  let from = 0;
  let to = added.items.length;
  for (const [at, { id }] of added.items.entries()) {
    const index = added.start + at;
    const known = places.get(id);
    if (known !== undefined && known !== index) return null;
    const there = itemAt(held, index);
    if (!there) continue;
    if (there.id !== id) return null;
    if (at === from) from = at + 1;
    else to = Math.min(to, at);
  }
  if (from >= to) return held;
  const fresh: Stretch = {
    start: added.start + from,
    items: added.items.slice(from, to),
    prev: from === 0 ? added.prev : null,
    next: to === added.items.length ? added.next : null,
  };
  return sorted([...held, fresh]);
}

/** Where an image that is not held belongs; null when only the server can tell. */
export function placeFor(held: Held, item: Item, total: number): number | null {
  for (const [at, stretch] of held.entries()) {
    const first = stretch.items[0];
    const last = stretch.items.at(-1);
    if (!first || !last || compareItems(item, last) > 0) continue;
    if (compareItems(item, first) > 0) {
      return stretch.start + stretch.items.findIndex((other) => compareItems(item, other) < 0);
    }
    const before = held[at - 1];
    return stretch.start === (before ? endOf(before) : 0) ? stretch.start : null;
  }
  const last = held.at(-1);
  return (last ? endOf(last) : 0) === total ? total : null;
}

/** Puts an image at an index; what follows moves on by one. */
export function insertAt(held: Held, item: Item, index: number): Held {
  // The stretch that the image belongs to is the one that begins there, or the one that it lies in or ends.
  const owner =
    held.find((stretch) => stretch.start <= index && index < endOf(stretch)) ??
    held.find((stretch) => endOf(stretch) === index);
  const moved = held.map((stretch) => {
    if (stretch === owner) {
      const at = index - stretch.start;
      return { ...stretch, items: [...stretch.items.slice(0, at), item, ...stretch.items.slice(at)] };
    }
    return stretch.start >= index ? { ...stretch, start: stretch.start + 1 } : stretch;
  });
  return owner ? moved : sorted([...moved, { start: index, items: [item], prev: null, next: null }]);
}

/** Takes images out; what follows moves up. */
export function without(held: Held, ids: ReadonlySet<string>): { held: Held; removed: Item[] } {
  const removed: Item[] = [];
  const kept = held.map((stretch) => {
    const start = stretch.start - removed.length;
    const items = stretch.items.filter((item) => !ids.has(item.id));
    if (items.length === stretch.items.length)
      return start === stretch.start ? stretch : { ...stretch, start };
    removed.push(...stretch.items.filter((item) => ids.has(item.id)));
    return { ...stretch, start, items };
  });
  if (removed.length === 0) return { held, removed };
  return { held: kept.filter(({ items }) => items.length > 0), removed };
}

/** Images with their new content where they stand. */
export function replaced(held: Held, changed: ReadonlyMap<string, Item>): Held {
  let touched = false;
  const next = held.map((stretch) => {
    if (!stretch.items.some(({ id }) => changed.has(id))) return stretch;
    touched = true;
    const items = stretch.items.map((item) => ({ ...item, ...changed.get(item.id) }));
    return { ...stretch, items };
  });
  return touched ? next : held;
}

/** Drops what is farther than `margin` from a range. */
export function near(held: Held, { from, to }: Span, margin: number): Held {
  const kept = held.filter((stretch) => endOf(stretch) > from - margin && stretch.start < to + margin);
  return kept.length === held.length ? held : kept;
}

function sorted(held: Stretch[]): Held {
  return held.sort((a, b) => a.start - b.start);
}
