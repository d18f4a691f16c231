const PATIENCE_MS = 400;

let open: () => void = () => undefined;
const opened = new Promise<void>((resolve) => {
  open = resolve;
});
let waited: Promise<boolean> | undefined;
let late = false;

/**
 * Waits until events are being received, so that a list fetched afterwards misses none and need not be
 * fetched twice. A slow or failing connection holds the first fetch up only for a moment.
 */
export async function whenLive(): Promise<void> {
  waited ??= Promise.race([
    opened.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE_MS)),
  ]);
  if (!(await waited)) late = true;
}

export function openLiveGate(): void {
  open();
}

/** True when lists were fetched before the first connection stood. */
export function fetchedBeforeLive(): boolean {
  return late;
}
