import { useState } from "preact/hooks";

const WIDE = "(min-width: 64rem)";

/** Details stand beside the image where there is room, and wait to be asked for elsewhere. */
export function useDetailsOpen(): [boolean, () => void] {
  const [open, setOpen] = useState(() => matchMedia(WIDE).matches);
  return [open, () => setOpen((current) => !current)];
}
