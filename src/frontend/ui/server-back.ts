import { useEffect, useRef } from "preact/hooks";
import { online } from "../lib/online.ts";

/** Acts each time that the server is there again after it was away. */
export function useServerBack(act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => online.subscribe(() => online.get() && latest.current()), []);
}
