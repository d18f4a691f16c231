/** A time of the server in a form whose text order is the order of times, whatever fraction it carries. */
export function timeKey(time: string): string {
  return time.slice(0, 19) + time.slice(20, -1).padEnd(9, "0");
}

export function isLater(time: string, than: string): boolean {
  return timeKey(time) > timeKey(than);
}

/** The latest of some times; those that are empty count for nothing. */
export function latest(times: readonly string[]): string {
  return times.reduce(
    (best, time) => (time !== "" && (best === "" || isLater(time, best)) ? time : best),
    "",
  );
}
