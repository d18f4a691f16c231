import { type Layout, rowsBetween } from "./layout.ts";

/** A rectangle over the grid: horizontally from the grid's left edge, vertically in virtual pixels. */
export interface Band {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function bandBetween(a: { x: number; y: number }, b: { x: number; y: number }): Band {
  return {
    left: Math.min(a.x, b.x),
    right: Math.max(a.x, b.x),
    top: Math.min(a.y, b.y),
    bottom: Math.max(a.y, b.y),
  };
}

/** The images whose cells a rectangle touches. */
export function indexesIn(layout: Layout, band: Band, width: number): number[] {
  const pitch = width / layout.columns;
  const from = Math.max(0, Math.floor(band.left / pitch));
  const to = Math.min(layout.columns - 1, Math.floor(band.right / pitch));
  const found: number[] = [];
  for (const row of rowsBetween(layout, band.top, band.bottom)) {
    if (row.kind === "heading") continue;
    for (let column = from; column <= Math.min(to, row.count - 1); column += 1)
      found.push(row.first + column);
  }
  return found;
}
