const LATEST_MS = 300;

/**
 * Calls back when the page has nothing better to do, at the latest after a moment.
 *
 * @returns takes the call back.
 */
export function whenIdle(run: () => void): () => void {
  // Safari has no idle time to give.
  if (!("requestIdleCallback" in globalThis)) {
    const timer = setTimeout(run, LATEST_MS);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(run, { timeout: LATEST_MS });
  return () => cancelIdleCallback(handle);
}
