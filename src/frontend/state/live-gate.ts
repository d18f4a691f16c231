const PATIENCE_MS = 400;

let open: (stamp: string | null) => void = () => undefined;
const opened = new Promise<string | null>((resolve) => {
  open = resolve;
});
let live = false;
let waited: Promise<unknown> | undefined;

/**
 * Waits until events are being received, so that a list fetched afterwards misses none and need not be
 * fetched twice. A slow or failing connection holds the first fetch up only for a moment.
 *
 * @returns whether they are.
 */
export async function whenLive(): Promise<boolean> {
  waited ??= Promise.race([opened, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  await waited;
  return live;
}

/** @param stamp the point from which on events are received; null when the first connection failed. */
export function openLiveGate(stamp: string | null): void {
  live = true;
  open(stamp);
}

/**
 * Calls back for a list that was fetched too early, when events are being received. After a connection that
 * failed everything is asked for again in any case.
 *
 * @param missed told when events may have come between the answers and the connection.
 * @param stamps those of the answers; without any, nothing is known of them.
 */
export async function watchGap(missed: () => void, stamps: readonly string[] = [""]): Promise<void> {
  const ready = await opened;
  if (ready !== null && stamps.some((stamp) => stamp !== ready)) missed();
}
