import { indexAtTop, type Layout, topOf } from "./layout.ts";
import { indexAt, type Spot, spotAt } from "./timeline.ts";

const ROWS = 4;

/** A place in the list that outlives inserts, removals and a change of width. */
export interface Anchor {
  spot: Spot;
  /** How far the spot's row lies above the upper edge. */
  inset: number;
  /** Images of the first rows on screen, the likeliest to stay first, and how far below the edge they are. */
  marks: readonly { id: string; below: number }[];
}

/**
 * Notes what is at the upper edge. The middle of a row stands for it, so that an image more or less above
 * moves nothing by a whole row.
 *
 * @param covered height at the upper edge that a heading lies over.
 */
export function anchorAt(
  layout: Layout,
  top: number,
  covered: number,
  idAt: (index: number) => string | undefined,
): Anchor | null {
  const first = indexAtTop(layout, top + covered);
  const spot = spotAt(layout.months, first);
  if (!spot) return null;
  const marks: { id: string; below: number }[] = [];
  const { columns } = layout;
  const fromMiddle = Array.from({ length: columns }, (_, column) => column).sort(
    (a, b) => Math.abs(a - columns / 2) - Math.abs(b - columns / 2),
  );
  for (let line = 0; line < ROWS; line += 1) {
    for (const column of fromMiddle) {
      const index = first + line * columns + column;
      const id = idAt(index);
      if (id !== undefined) marks.push({ id, below: topOf(layout, index) - top });
    }
  }
  return { spot, inset: top - topOf(layout, first), marks };
}

/** The height that shows the anchor again where it was. */
export function topFor(anchor: Anchor, layout: Layout, indexOf: (id: string) => number): number {
  for (const { id, below } of anchor.marks) {
    const index = indexOf(id);
    if (index >= 0) return Math.max(0, topOf(layout, index) - below);
  }
  return Math.max(0, topOf(layout, indexAt(layout.months, anchor.spot)) + anchor.inset);
}
