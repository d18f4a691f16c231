import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { type Band, bandBetween, indexesIn } from "../../lib/band.ts";
import type { Layout } from "../../lib/layout.ts";
import { NO_SELECTION, type Selection } from "../../lib/selection.ts";
import type { Library } from "../../state/library.ts";
import type { VirtualScroll } from "../../ui/virtual-scroll.ts";

const SLACK_PX = 8;
const EDGE_PX = 48;
const CREEP_PX = 14;

interface Context {
  layout: Layout;
  library: Library;
  scroll: VirtualScroll;
  selection: Selection;
  onSelect: (before: Selection, images: readonly Item[]) => void;
}

/** Chooses what a rectangle covers that is drawn with the mouse; at the edges the list moves on. */
export function useRubberBand(
  scroller: RefObject<HTMLElement>,
  body: RefObject<HTMLElement>,
  context: Context,
): Band | null {
  const [band, setBand] = useState<Band | null>(null);
  const latest = useRef(context);
  latest.current = context;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let start: { x: number; y: number } | null = null;
    let before: Selection = NO_SELECTION;
    let pointer = { x: 0, y: 0 };
    let drawn = false;
    let frame = 0;
    const place = () => {
      const box = body.current?.getBoundingClientRect();
      const { base } = latest.current.scroll;
      return { x: pointer.x - (box?.left ?? 0), y: pointer.y - (box?.top ?? 0) + base };
    };
    const draw = () => {
      frame = 0;
      if (!start) return;
      const { layout, library, scroll, onSelect } = latest.current;
      const box = element.getBoundingClientRect();
      const creep = pointer.y < box.top + EDGE_PX ? -1 : pointer.y > box.bottom - EDGE_PX ? 1 : 0;
      if (creep !== 0) element.scrollTop += creep * CREEP_PX;
      const next = bandBetween(start, place());
      setBand({ ...next, top: next.top - scroll.base, bottom: next.bottom - scroll.base });
      const width = body.current?.clientWidth ?? 0;
      onSelect(
        before,
        indexesIn(layout, next, width).flatMap((index) => library.itemAt(index) ?? []),
      );
      if (creep !== 0) frame = requestAnimationFrame(draw);
    };
    const onDown = (event: PointerEvent) => {
      const target = event.target as HTMLElement;
      const onBar = event.offsetX >= element.clientWidth && target === element;
      if (event.pointerType !== "mouse" || event.button !== 0 || onBar || target.closest("button")) return;
      pointer = { x: event.clientX, y: event.clientY };
      start = place();
      drawn = false;
      const add = event.shiftKey || event.ctrlKey || event.metaKey;
      before = add ? latest.current.selection : NO_SELECTION;
    };
    const onMove = (event: PointerEvent) => {
      if (!start) return;
      const far = Math.abs(event.clientX - pointer.x) + Math.abs(event.clientY - pointer.y) > SLACK_PX;
      if (!drawn && !far) return;
      drawn = true;
      pointer = { x: event.clientX, y: event.clientY };
      frame ||= requestAnimationFrame(draw);
    };
    const onUp = () => {
      if (start && drawn) swallowClick();
      start = null;
      cancelAnimationFrame(frame);
      frame = 0;
      setBand(null);
    };
    element.addEventListener("pointerdown", onDown);
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("pointercancel", onUp);
    return () => {
      onUp();
      element.removeEventListener("pointerdown", onDown);
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("pointercancel", onUp);
    };
  }, [scroller, body]);
  return band;
}

/** The button that is let go over a tile must not open it. */
function swallowClick(): void {
  const swallow = (event: MouseEvent) => event.stopPropagation();
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
}
