const NAME = "viewer-image";

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
