import type { MonthCount } from "./timeline.ts";

export const GAP_PX = 4;
export const HEADING_PX = 44;
export const LEAST_CELL = 120;
export const MOST_CELL = 320;
export const USUAL_CELL = 180;

/** How square cells fill a width. */
export interface Shape {
  columns: number;
  /** Whole pixels, so that rows lie where the screen's own pixels are. */
  cell: number;
  /** Distance from one row's top to the next. */
  step: number;
}

/** Where everything is, in virtual pixels, which may be more than a browser can scroll. */
export interface Layout extends Shape {
  months: readonly MonthCount[];
  total: number;
  height: number;
  /** Rows of headings and of cells together. */
  rows: number;
  /** For each month, and once more for the end: its first index, its heading's top and its heading's row. */
  firsts: readonly number[];
  tops: readonly number[];
  firstRows: readonly number[];
}

export type Row =
  | { kind: "heading"; row: number; top: number; month: MonthCount }
  | { kind: "cells"; row: number; top: number; first: number; count: number };

export function shapeFor(width: number, wish: number): Shape {
  // On a phone the usual size gives three columns, larger ones two or one.
  const fewest = wish <= USUAL_CELL ? 3 : wish <= 240 ? 2 : 1;
  const columns = Math.max(fewest, Math.floor((width + GAP_PX) / (wish + GAP_PX)));
  const cell = Math.max(1, Math.floor((width - GAP_PX * (columns - 1)) / columns));
  return { columns, cell, step: cell + GAP_PX };
}

export function layoutOf(months: readonly MonthCount[], shape: Shape): Layout {
  const firsts = [0];
  const tops = [0];
  const firstRows = [0];
  let [first, top, row] = [0, 0, 0];
  for (const { count } of months) {
    const lines = Math.ceil(count / shape.columns);
    first += count;
    top += HEADING_PX + lines * shape.step;
    row += 1 + lines;
    firsts.push(first);
    tops.push(top);
    firstRows.push(row);
  }
  return { ...shape, months, total: first, height: top, rows: row, firsts, tops, firstRows };
}

/** The last place whose value is at most the one given. */
function lastUpTo(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function within(layout: Layout, place: number): number {
  return Math.max(0, Math.min(layout.months.length - 1, place));
}

/** The place in `months` of what is at a height, its heading included. */
export function monthAtTop(layout: Layout, top: number): number {
  return within(layout, lastUpTo(layout.tops, top));
}

export function monthOfIndex(layout: Layout, index: number): number {
  return within(layout, lastUpTo(layout.firsts, index));
}

/** The top of the row that an image is in. */
export function topOf(layout: Layout, index: number): number {
  const place = monthOfIndex(layout, index);
  const line = Math.floor((index - (layout.firsts[place] ?? 0)) / layout.columns);
  return (layout.tops[place] ?? 0) + HEADING_PX + line * layout.step;
}

/** The first image of the first row that ends below a height. */
export function indexAtTop(layout: Layout, top: number): number {
  const place = monthAtTop(layout, top);
  const inside = top - (layout.tops[place] ?? 0) - HEADING_PX;
  const line = Math.max(0, Math.floor(inside / layout.step));
  const last = Math.max(0, layout.total - 1);
  return Math.min(last, (layout.firsts[place] ?? 0) + line * layout.columns);
}

/** The rows that lie, at least in part, between two heights. */
export function rowsBetween(layout: Layout, top: number, bottom: number): Row[] {
  const found: Row[] = [];
  for (let place = monthAtTop(layout, top); place < layout.months.length; place += 1) {
    const month = layout.months[place];
    const start = layout.tops[place] ?? 0;
    if (!month || start >= bottom) break;
    const row = layout.firstRows[place] ?? 0;
    if (start + HEADING_PX > top) found.push({ kind: "heading", row, top: start, month });
    const lines = Math.ceil(month.count / layout.columns);
    const from = Math.max(0, Math.floor((top - start - HEADING_PX) / layout.step));
    const to = Math.min(lines, Math.ceil((bottom - start - HEADING_PX) / layout.step));
    for (let line = from; line < to; line += 1) {
      const passed = line * layout.columns;
      found.push({
        kind: "cells",
        row: row + 1 + line,
        top: start + HEADING_PX + line * layout.step,
        first: (layout.firsts[place] ?? 0) + passed,
        count: Math.min(layout.columns, month.count - passed),
      });
    }
  }
  return found;
}

/** The row of cells that an image is in. */
export function rowOf(layout: Layout, index: number): Row | null {
  const place = monthOfIndex(layout, index);
  const month = layout.months[place];
  if (!month) return null;
  const start = layout.firsts[place] ?? 0;
  const line = Math.floor((index - start) / layout.columns);
  const passed = line * layout.columns;
  return {
    kind: "cells",
    row: (layout.firstRows[place] ?? 0) + 1 + line,
    top: topOf(layout, index),
    first: start + passed,
    count: Math.min(layout.columns, month.count - passed),
  };
}

/** The images of rows, or nothing when there is none. */
export function spanOf(rows: readonly Row[]): { from: number; to: number } {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const row of rows) {
    if (row.kind === "heading") continue;
    from = Math.min(from, row.first);
    to = Math.max(to, row.first + row.count);
  }
  return to === 0 ? { from: 0, to: 0 } : { from, to };
}

/** The index that a key leads to, or null for any other key; columns are kept from month to month. */
export function moveFocus(layout: Layout, key: string, index: number, page: number): number | null {
  const targets: Record<string, () => number> = {
    ArrowLeft: () => Math.max(0, index - 1),
    ArrowRight: () => Math.min(layout.total - 1, index + 1),
    ArrowUp: () => lineFrom(layout, index, -1),
    ArrowDown: () => lineFrom(layout, index, 1),
    PageUp: () => lineFrom(layout, index, -page),
    PageDown: () => lineFrom(layout, index, page),
    Home: () => 0,
    End: () => layout.total - 1,
  };
  return targets[key]?.() ?? null;
}

/** The image some rows farther in the same column, or the nearest to it; at the ends, the image itself. */
function lineFrom(layout: Layout, index: number, by: number): number {
  let at = index;
  for (let left = Math.abs(by); left > 0; left -= 1) {
    const next = by < 0 ? lineAbove(layout, at) : lineBelow(layout, at);
    if (next === at) break;
    at = next;
  }
  return at;
}

function lineBelow(layout: Layout, index: number): number {
  const place = monthOfIndex(layout, index);
  const first = layout.firsts[place] ?? 0;
  const end = layout.firsts[place + 1] ?? layout.total;
  const column = (index - first) % layout.columns;
  if (index + layout.columns < end) return index + layout.columns;
  const lastLine = Math.floor((end - 1 - first) / layout.columns);
  if (Math.floor((index - first) / layout.columns) < lastLine) return end - 1;
  const after = layout.firsts[place + 2];
  return after === undefined ? index : Math.min(after - 1, end + column);
}

function lineAbove(layout: Layout, index: number): number {
  const place = monthOfIndex(layout, index);
  const first = layout.firsts[place] ?? 0;
  if (index - layout.columns >= first) return index - layout.columns;
  if (place === 0) return index;
  const before = layout.firsts[place - 1] ?? 0;
  const lastLine = Math.floor((first - 1 - before) / layout.columns);
  return Math.min(first - 1, before + lastLine * layout.columns + (index - first));
}
