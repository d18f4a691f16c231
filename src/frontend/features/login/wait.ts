import { useEffect, useRef, useState } from "preact/hooks";

const SECOND_MS = 1_000;

/**
 * Counts seconds down to none.
 *
 * @param over called when there are none left.
 * @returns the seconds, and what begins the count anew.
 */
export function useWait(over: () => void): [number, (seconds: number) => void] {
  const [end, setEnd] = useState(0);
  const [left, setLeft] = useState(0);
  const latest = useRef(over);
  latest.current = over;
  useEffect(() => {
    if (end === 0) return;
    const timer = setInterval(() => {
      const seconds = Math.max(0, Math.ceil((end - Date.now()) / SECOND_MS));
      setLeft(seconds);
      if (seconds > 0) return;
      setEnd(0);
      latest.current();
    }, SECOND_MS);
    return () => clearInterval(timer);
  }, [end]);
  const begin = (seconds: number) => {
    setEnd(seconds > 0 ? Date.now() + seconds * SECOND_MS : 0);
    setLeft(seconds);
  };
  return [left, begin];
}

/** Seconds as `14:05`. */
export function formatWait(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;
}
