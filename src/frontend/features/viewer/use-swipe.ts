import { useRef } from "preact/hooks";

const DISTANCE_PX = 48;

/** A sideways swipe with one finger moves on; anything else is left to the browser. */
export function useSwipe(previous: (() => void) | null, next: (() => void) | null) {
  const start = useRef<Touch | null>(null);
  return {
    onTouchStart: (event: TouchEvent) => {
      start.current = event.touches.length === 1 ? (event.touches[0] ?? null) : null;
    },
    onTouchEnd: (event: TouchEvent) => {
      const from = start.current;
      const to = event.changedTouches[0];
      start.current = null;
      if (!from || !to) return;
      const across = to.clientX - from.clientX;
      if (Math.abs(across) < DISTANCE_PX || Math.abs(across) < 2 * Math.abs(to.clientY - from.clientY))
        return;
      if (across > 0) previous?.();
      else next?.();
    },
  };
}
