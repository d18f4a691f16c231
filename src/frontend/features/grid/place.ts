import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import { type Anchor, anchorAt, type Geometry, scrollTopFor } from "../../lib/geometry.ts";

/** Fractions of a pixel are still the top. */
const TOP_PX = 1;

const remembered = new Map<string, Anchor>();

/**
 * Keeps the same images on screen while the list changes around them, and finds the place again when
 * the person comes back to the page.
 *
 * @param name which list this is.
 * @param onAway told whether the person is away from the top.
 */
export function usePlace(
  name: string,
  scroller: RefObject<HTMLElement>,
  ids: readonly string[],
  shape: Geometry,
  onAway: (away: boolean) => void,
): () => void {
  const anchor = useRef<Anchor | null>(remembered.get(name) ?? null);
  const onScroll = useCallback(() => {
    const top = scroller.current?.scrollTop ?? 0;
    anchor.current = top > TOP_PX ? anchorAt(top, ids, shape) : null;
    if (anchor.current) remembered.set(name, anchor.current);
    else remembered.delete(name);
    onAway(top > TOP_PX);
  }, [name, ids, shape, onAway]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !anchor.current) return;
    const top = scrollTopFor(anchor.current, ids, shape);
    if (top !== null && Math.abs(top - element.scrollTop) >= 1) element.scrollTop = top;
  }, [ids, shape]);
  return onScroll;
}
