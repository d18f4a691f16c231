import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import { type Anchor, anchorAt, topFor } from "../../lib/anchor.ts";
import { filterKey } from "../../lib/filter.ts";
import { HEADING_PX, type Layout } from "../../lib/layout.ts";
import { currentFilter } from "../../state/filter.ts";
import type { Library } from "../../state/library.ts";
import { placeInAddress, rememberPlace } from "../../state/place.ts";

/** Fractions of a pixel are still the top. */
const TOP_PX = 1;

const remembered = new Map<string, Anchor>();

/**
 * Keeps the same images on screen while the list changes around them, and finds the place again when the
 * person comes back to the page, by the address or by memory.
 *
 * @param ready false while nothing can be laid out.
 * @param jump scrolls there.
 * @param covered true while another layer is over the grid, whose address is not the grid's.
 */
export function usePlace(
  library: Library,
  layout: Layout,
  ready: boolean,
  jump: (top: number) => void,
  covered: boolean,
): (top: number, atRest: boolean) => void {
  const name = filterKey(library.filter);
  const anchor = useRef<Anchor | null>(null);
  const begun = useRef(false);
  const latest = useRef({ library, layout, covered });
  latest.current = { library, layout, covered };
  if (!begun.current) {
    begun.current = true;
    anchor.current = inAddress(library) ?? remembered.get(name) ?? null;
  }
  // Until the place of before has been found, where the scroller stands says nothing.
  const found = useRef(anchor.current === null);

  useLayoutEffect(() => {
    if (!ready || (anchor.current && !library.certain)) return;
    if (anchor.current) jump(topFor(anchor.current, layout, library.indexOf));
    found.current = true;
  }, [layout, ready, jump, library.indexOf, library.certain]);

  useLayoutEffect(() => {
    if (!covered && found.current && ready) write(anchor.current);
  }, [covered, ready]);

  return useCallback(
    (top: number, atRest: boolean) => {
      if (!found.current) return;
      const now = latest.current;
      const away = top > TOP_PX;
      anchor.current = away
        ? anchorAt(now.layout, top, HEADING_PX, (index) => now.library.itemAt(index)?.id)
        : null;
      if (anchor.current) remembered.set(name, anchor.current);
      else remembered.delete(name);
      now.library.setAway(away);
      if (atRest && !now.covered) write(anchor.current);
    },
    [name],
  );
}

function inAddress({ filter }: Library): Anchor | null {
  if (filterKey(currentFilter()) !== filterKey(filter)) return null;
  const place = placeInAddress();
  return place && { ...place, marks: [] };
}

function write(anchor: Anchor | null): void {
  rememberPlace(anchor && { spot: anchor.spot, inset: Math.round(anchor.inset) });
}
