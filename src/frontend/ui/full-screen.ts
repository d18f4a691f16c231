import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Whether an element fills the screen, and what turns that on and off; null where browsers cannot. */
export function useFullScreen(element: RefObject<HTMLElement>): [boolean, (() => void) | null] {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const update = () => setOn(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", update);
    return () => document.removeEventListener("fullscreenchange", update);
  }, []);
  const toggle = async () => {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await element.current?.requestFullscreen();
  };
  // A browser may refuse; then everything stays as it is.
  return [on, document.fullscreenEnabled ? () => void toggle().catch(() => undefined) : null];
}
