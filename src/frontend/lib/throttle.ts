/** Runs at once, and after that at most once per `pauseMs`, however often it is asked to; the last call counts. */
export function throttled(run: () => void, pauseMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const rest = () => {
    timer = undefined;
    if (again) start();
  };
  const start = () => {
    again = false;
    timer = setTimeout(rest, pauseMs);
    run();
  };
  return () => {
    if (timer === undefined) start();
    else again = true;
  };
}
