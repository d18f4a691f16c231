const NAME = "viewer-image";

const MOVE_MS = 160;
const EASE_OUT = "cubic-bezier(0, 0, 0.2, 1)";

/** True when the person asked the system for less motion. */
export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Grows one element into another while the page changes.
 *
 * @param from the element that the motion starts at; null changes the page at once.
 * @param change makes the change; afterwards `to` finds the element that the motion ends at.
 */
export function morph(
  from: HTMLElement | null,
  change: () => void | Promise<void>,
  to: () => HTMLElement | null,
): void {
  if (!from || !document.startViewTransition || reducedMotion()) {
    void change();
    return;
  }
  from.style.viewTransitionName = NAME;
  let target: HTMLElement | null = null;
  const transition = document.startViewTransition(async () => {
    from.style.viewTransitionName = "";
    await change();
    // Frames stand still here, so the renderer is awaited by a timer.
    await new Promise((resolve) => setTimeout(resolve));
    target = to();
    if (target) target.style.viewTransitionName = NAME;
  });
  const clear = () => {
    if (target) target.style.viewTransitionName = "";
  };
  transition.finished.then(clear, clear);
  // A transition that another one overtakes is no failure.
  transition.ready.catch(() => undefined);
}

/** Lets an element come to its place from where it was, or grow there; nothing around it moves by that. */
export function moveFrom(element: HTMLElement, from: { x: number; y: number } | null): void {
  const start = from ? `translate(${from.x}px, ${from.y}px)` : "scale(0.8)";
  element.animate([{ transform: start }, { transform: "none" }], { duration: MOVE_MS, easing: EASE_OUT });
}
