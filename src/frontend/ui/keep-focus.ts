import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Takes the focus over when what had it is gone or disabled, so that keys go on being heard. */
export function useKeptFocus(ref: RefObject<HTMLElement>): void {
  useLayoutEffect(() => {
    focusIfLost(ref);
  });
}

/** Takes the focus over, once, when what had it is gone. */
export function focusIfLost(ref: RefObject<HTMLElement>): void {
  if (document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
}
