import { useRef } from "preact/hooks";

const HOLD_MS = 450;

/** Tells a long touch from a tap and from the start of a scroll. */
export function useLongPress(onHold: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const held = useRef(false);
  const cancel = () => clearTimeout(timer.current);
  return {
    /** True once for the click that follows a long touch. */
    swallowed: () => {
      const was = held.current;
      held.current = false;
      return was;
    },
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        held.current = false;
        if (event.pointerType !== "touch") return;
        timer.current = setTimeout(() => {
          held.current = true;
          onHold();
        }, HOLD_MS);
      },
      onPointerUp: cancel,
      onPointerCancel: cancel,
      onPointerMove: (event: PointerEvent) => {
        if (Math.abs(event.movementX) + Math.abs(event.movementY) > 4) cancel();
      },
      onContextMenu: (event: MouseEvent) => held.current && event.preventDefault(),
    },
  };
}
