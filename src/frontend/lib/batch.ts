const HIDDEN_MS = 100;

/** Collects values and hands them over together, at most once per frame. */
export function batched<T>(flush: (values: T[]) => void): (value: T) => void {
  let waiting: T[] = [];
  const run = () => {
    const values = waiting;
    waiting = [];
    flush(values);
  };
  return (value) => {
    waiting.push(value);
    if (waiting.length > 1) return;
    // A hidden tab gets no frames.
    if (document.visibilityState === "visible") requestAnimationFrame(run);
    else setTimeout(run, HIDDEN_MS);
  };
}
