import { createStore } from "./store.ts";

interface Reading {
  /** What the server's clock showed, in milliseconds. */
  time: number;
  /** When it was asked, by the clock of the page, which nobody can set. */
  asked: number;
}

/** What is known of the server's clock. That of the browser may be years off, or be set while the page is open. */
export const clock = createStore<Reading | null>(null);

/** @param asked `performance.now()` when the server was asked, so that its time is never taken for an earlier one. */
export function setClock(time: string, asked: number): void {
  clock.set({ time: Date.parse(time), asked });
}

/** The server's time in milliseconds; the browser's until the server has told it. */
export function serverNow(): number {
  const known = clock.get();
  return known ? known.time + performance.now() - known.asked : Date.now();
}

export function serverTime(): string {
  return new Date(serverNow()).toISOString();
}
