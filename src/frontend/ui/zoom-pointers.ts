import { useRef } from "preact/hooks";
import { distance, middle, type Point, type Swipe, swipeOf, wheelFactor } from "../lib/zoom.ts";

interface PointerActions {
  zoomed: boolean;
  onZoom: (factor: number, at: Point) => void;
  onPan: (by: Point) => void;
  onToggle: (at: Point) => void;
  onDrag: (by: Point | null) => void;
  onSwipe?: (swipe: Swipe) => void;
}

interface Press {
  at: Point;
  time: number;
}

const DOUBLE_MS = 320;
const DOUBLE_PX = 24;
const STILL_PX = 6;

/** Mouse, pen, fingers and wheel on a frame; its CSS must leave touches to it by `touch-action: none`. */
export function usePointers(actions: PointerActions) {
  const fingers = useRef(new Map<number, Point>());
  const start = useRef<Point | null>(null);
  const last = useRef<Press | null>(null);
  const moved = useRef<Point>({ x: 0, y: 0 });
  const { zoomed, onZoom, onPan, onToggle, onDrag, onSwipe } = actions;

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || isControl(event.target)) return;
    grab(event);
    fingers.current.set(event.pointerId, pointOf(event));
    start.current = fingers.current.size === 1 ? pointOf(event) : null;
    moved.current = { x: 0, y: 0 };
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const now = pointOf(event);
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    const by = { x: now.x - before.x, y: now.y - before.y };
    if (other) {
      onZoom(distance(now, other) / Math.max(1, distance(before, other)), toFrame(event, middle(now, other)));
      onPan({ x: by.x / 2, y: by.y / 2 });
      return;
    }
    moved.current = { x: moved.current.x + by.x, y: moved.current.y + by.y };
    if (zoomed) onPan(by);
    else if (event.pointerType === "touch" && onSwipe && start.current) onDrag(moved.current);
  };
  const onPointerUp = (event: PointerEvent) => {
    if (!fingers.current.delete(event.pointerId)) return;
    onDrag(null);
    const alone = start.current;
    start.current = null;
    if (!alone) return;
    const now = pointOf(event);
    if (distance(now, alone) <= STILL_PX) {
      press(event, now);
      return;
    }
    const swipe = event.pointerType === "touch" && !zoomed ? swipeOf(moved.current) : null;
    if (swipe) onSwipe?.(swipe);
  };
  const press = (event: PointerEvent, at: Point) => {
    const before = last.current;
    const twice = before && event.timeStamp - before.time < DOUBLE_MS && distance(before.at, at) < DOUBLE_PX;
    last.current = twice ? null : { at, time: event.timeStamp };
    if (twice) onToggle(toFrame(event, at));
  };
  const onPointerCancel = (event: PointerEvent) => {
    fingers.current.delete(event.pointerId);
    start.current = null;
    onDrag(null);
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE;
    onZoom(wheelFactor(event.deltaY, lines, event.ctrlKey), toFrame(event, pointOf(event)));
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onWheel };
}

/** Moves outside the frame still belong to the press that began in it. */
function grab(event: PointerEvent): void {
  const { currentTarget, pointerId } = event;
  if (currentTarget instanceof Element) currentTarget.setPointerCapture(pointerId);
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, input, [role=slider]") !== null;
}

function pointOf(event: MouseEvent): Point {
  return { x: event.clientX, y: event.clientY };
}

/** The same point from the centre of the frame under it. */
function toFrame(event: MouseEvent, { x, y }: Point): Point {
  const host = event.currentTarget as HTMLElement;
  const under = document.elementFromPoint(x, y)?.closest("[data-zoom-frame]");
  const frame = under && host.contains(under) ? under : (host.querySelector("[data-zoom-frame]") ?? host);
  const box = frame.getBoundingClientRect();
  return { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 };
}
