import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Layout, rowsBetween, spanOf } from "../../lib/layout.ts";
import { moveFrom, reducedMotion } from "../../lib/motion.ts";
import { type Drawn, movesBetween } from "../../lib/moves.ts";
import type { Library } from "../../state/library.ts";
import { settled } from "../../ui/near.ts";
import { cellAt } from "./focus.ts";

interface Screen {
  view: number;
  /** The height at the upper edge at this moment. */
  now: () => number;
}

/**
 * Shows where images went when others arrived or left. It has to follow whatever keeps the place, which may
 * scroll before anything is drawn.
 *
 * @param covered true while another layer is over the grid.
 */
export function useMoves(
  grid: RefObject<HTMLElement>,
  library: Library,
  layout: Layout,
  { view, now }: Screen,
  covered: boolean,
): void {
  const before = useRef<Drawn | null>(null);
  const top = now();
  useLayoutEffect(() => {
    const after = { layout, top: now(), places: placesOf(library, layout, now(), view) };
    const earlier = before.current;
    before.current = after;
    const still = earlier === null || covered || !settled.get() || reducedMotion();
    if (still || earlier.layout.months === layout.months) return;
    for (const { index, from } of movesBetween({ ...earlier, top }, after, view)) {
      const cell = cellAt(grid.current, index);
      if (cell) moveFrom(cell, from);
    }
  });
}

/** The images within a screen of what shows, so that those that come from beyond its edge are known. */
function placesOf(library: Library, layout: Layout, top: number, view: number): Map<string, number> {
  const places = new Map<string, number>();
  const { from, to } = spanOf(rowsBetween(layout, top - view / 2, top + view * 1.5));
  for (let index = from; index < to; index += 1) {
    const id = library.itemAt(index)?.id;
    if (id !== undefined) places.set(id, index);
  }
  return places;
}
