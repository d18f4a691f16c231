import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { anchored, cornered, type Heights, moved, physicalHeight, type Scroll } from "../lib/virtual.ts";
import { settled } from "./near.ts";

const REST_MS = 140;
/** Faster than this, pictures are not asked for: nobody sees them. */
const FAST_PX_PER_MS = 6;

export interface VirtualScroll extends Scroll {
  view: number;
  /** Height of the element that is scrolled. */
  physical: number;
  /** Shows a virtual height at the upper edge. */
  jump: (top: number) => void;
  /** The virtual height of this moment, which may be newer than `top`. */
  now: () => number;
  onScroll: () => void;
}

/**
 * Scrolls a list that may be taller than a browser can scroll.
 *
 * @param height of the whole list.
 * @param onMove told of each new virtual height, before anything is drawn.
 * @param keyOf what has to be drawn at a height; while it stays the same, nothing is.
 */
export function useVirtualScroll(
  scroller: RefObject<HTMLElement>,
  height: number,
  onMove: (top: number, atRest: boolean) => void,
  keyOf: (top: number, view: number) => string,
): VirtualScroll {
  const [view, setView] = useState(0);
  const [, render] = useReducer<number, void>((n) => n + 1, 0);
  const live = useRef({ scroll: { top: 0, base: 0 } as Scroll, key: "", time: 0 }).current;
  const latest = useRef({ onMove, keyOf, heights: { height, view } as Heights });
  latest.current = { onMove, keyOf, heights: { height, view } };
  const rest = useRef<ReturnType<typeof setTimeout>>();

  const place = useCallback(
    (next: Scroll) => {
      live.scroll = next;
      const element = scroller.current;
      const scrollTop = next.top - next.base;
      if (element && Math.abs(element.scrollTop - scrollTop) >= 1) element.scrollTop = scrollTop;
    },
    [scroller, live],
  );

  const jump = useCallback(
    (top: number) => {
      place(anchored(top, latest.current.heights));
      latest.current.onMove(live.scroll.top, true);
      render();
    },
    [place, live],
  );

  const now = useCallback(() => live.scroll.top, [live]);

  const onScroll = useMemo(() => {
    // One timer for many events; on a busy machine it may come before the scrolling that it waited for.
    const waitForRest = () => {
      rest.current ??= setTimeout(() => {
        requestAnimationFrame(() => {
          rest.current = undefined;
          if (!scroller.current) return;
          if (performance.now() - live.time < REST_MS) waitForRest();
          else onRest();
        });
      }, REST_MS);
    };
    const onRest = () => {
      settled.set(true);
      const { heights } = latest.current;
      const ideal = anchored(live.scroll.top, heights);
      if (ideal.base !== live.scroll.base) {
        place(ideal);
        render();
      }
      latest.current.onMove(live.scroll.top, true);
    };
    return () => {
      const element = scroller.current;
      if (!element) return;
      const { heights } = latest.current;
      const before = live.scroll.top;
      live.scroll = moved(live.scroll, element.scrollTop, heights);
      if (cornered(live.scroll, heights)) place(anchored(live.scroll.top, heights));
      const time = performance.now();
      const speed = Math.abs(live.scroll.top - before) / Math.max(1, time - live.time);
      live.time = time;
      if (speed > FAST_PX_PER_MS) settled.set(false);
      waitForRest();
      latest.current.onMove(live.scroll.top, false);
      const key = `${live.scroll.base}:${latest.current.keyOf(live.scroll.top, heights.view)}`;
      if (key === live.key) return;
      live.key = key;
      render();
    };
  }, [scroller, live, place]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setView(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
      clearTimeout(rest.current);
      rest.current = undefined;
      settled.set(true);
    };
  }, [scroller]);

  useLayoutEffect(() => {
    const fitting = anchored(live.scroll.top, { height, view });
    if (view === 0 || (fitting.top === live.scroll.top && fitting.base === live.scroll.base)) return;
    place(fitting);
    render();
  }, [height, view, live, place]);

  const { top, base } = live.scroll;
  return { top, base, view, physical: physicalHeight({ height, view }), jump, now, onScroll };
}
