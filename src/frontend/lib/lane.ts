/** Gives out a few places, first come, first served. */
export interface Lane {
  /**
   * Calls back when there is a place, at once if there is one.
   *
   * @returns gives the place back, or leaves the queue; only the first call counts.
   */
  take: (begin: () => void) => () => void;
}

export function createLane(places: number): Lane {
  const waiting = new Set<() => void>();
  let free = places;
  const give = () => {
    const [next] = waiting;
    if (next === undefined || free === 0) return;
    waiting.delete(next);
    free -= 1;
    next();
  };
  return {
    take(begin) {
      let state: "waiting" | "begun" | "over" = "waiting";
      const enter = () => {
        state = "begun";
        begin();
      };
      waiting.add(enter);
      give();
      return () => {
        waiting.delete(enter);
        if (state === "begun") {
          free += 1;
          give();
        }
        state = "over";
      };
    },
  };
}
