import { type Layout, monthOfIndex, topOf } from "./layout.ts";

/** Which images are drawn where. */
export interface Drawn {
  layout: Layout;
  /** The height at the upper edge of the screen. */
  top: number;
  /** The index of each drawn image. */
  places: ReadonlyMap<string, number>;
}

/** How a cell comes to its place: from so many pixels away, or out of nothing where it has no way to come. */
export interface Move {
  index: number;
  from: { x: number; y: number } | null;
}

/**
 * How images come to new places after others arrived or left. Each row moves like a train: what leaves it at one
 * end enters the next row at the other, so that nothing crosses the screen.
 *
 * @param view the height of the screen; what is beyond it before and after is left out.
 */
export function movesBetween(before: Drawn, after: Drawn, view: number): Move[] {
  const { layout } = after;
  if (before.layout.columns !== layout.columns || before.layout.cell !== layout.cell) return [];
  if (before.layout.months === layout.months && before.top === after.top) return [];
  const moves: Move[] = [];
  /** By month: the way of its first image that was there before, which those in front of it share. */
  const leading = new Map<number, { index: number; from: Move["from"] }>();
  const fresh: number[] = [];
  for (const [id, index] of [...after.places].sort(([, a], [, b]) => a - b)) {
    const earlier = before.places.get(id);
    if (earlier === undefined) {
      fresh.push(index);
      continue;
    }
    const from = way(before, earlier, after, index);
    const month = monthOfIndex(layout, index);
    if (!leading.has(month)) leading.set(month, { index, from });
    moves.push({ index, from });
  }
  if (moves.length === 0) return [];
  for (const index of fresh) {
    const first = leading.get(monthOfIndex(layout, index));
    moves.push({ index, from: first && index < first.index ? first.from : null });
  }
  return moves.filter(({ index, from }) => {
    if (from?.x === 0 && from.y === 0) return false;
    const end = topOf(layout, index) - after.top;
    const shows = (top: number) => top > -layout.step && top < view;
    return shows(end) || (from !== null && shows(end + from.y));
  });
}

function way(before: Drawn, earlier: number, after: Drawn, index: number): { x: number; y: number } {
  const { columns, step } = after.layout;
  const old = monthOfIndex(before.layout, earlier);
  const month = monthOfIndex(after.layout, index);
  const by = index - (after.layout.firsts[month] ?? 0) - (earlier - (before.layout.firsts[old] ?? 0));
  const rows = Math.trunc(by / columns);
  const shift = (after.layout.tops[month] ?? 0) - after.top - ((before.layout.tops[old] ?? 0) - before.top);
  // Adding nothing turns the negative zero, which is no way either, into a plain one.
  return { x: -(by - rows * columns) * step + 0, y: -(shift + rows * step) + 0 };
}
