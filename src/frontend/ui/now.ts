import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../lib/clock.ts";

const STEP_MS = 30_000;

/** The time of day, often enough for ages in minutes. */
export function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
