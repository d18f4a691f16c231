const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * The wait before a reconnect: doubling from half a second to half a minute, with jitter so that
 * many tabs do not return to a restarted server in the same instant.
 *
 * @param attempt failures so far, from 0.
 * @param random a number in [0, 1).
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.max(FIRST_MS, Math.round(full * (0.5 + random / 2)));
}
