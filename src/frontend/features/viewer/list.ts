import { useEffect, useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";

/** What the viewer leads through, in the order of the page behind it. */
export interface ViewerList {
  total: number;
  /** Undefined while it is not loaded; `ensure` gets it. */
  itemAt: (index: number) => Item | undefined;
  /** -1 when the image is not loaded or not in the list. */
  indexOf: (id: string) => number;
  ensure: (range: { from: number; to: number }) => void;
  /** Places are known. */
  certain: boolean;
  /** Gets what is around an image that is not loaded, when it is in the list. */
  locate: (id: string) => void;
}

/** A list that is all there. */
export function listOf(items: readonly Item[]): ViewerList {
  return {
    total: items.length,
    itemAt: (index) => items[index],
    indexOf: (id) => items.findIndex((item) => item.id === id),
    ensure: () => undefined,
    certain: true,
    locate: () => undefined,
  };
}

export interface Neighbours {
  /** Whether there is one; the image itself may still be on its way. */
  before: Step | null;
  after: Step | null;
  listed: boolean;
}

export interface Step {
  item: Item | undefined;
  go: () => void;
}

const AHEAD = 6;

/** The images beside this one, also after it left the list; their previews are loaded before they are asked for. */
export function useNeighbours(list: ViewerList, id: string, show: (id: string) => void): Neighbours {
  const { total, certain, itemAt, indexOf, ensure, locate } = list;
  const found = indexOf(id);
  const last = useRef(-1);
  const [wanted, setWanted] = useState<number | null>(null);
  if (found >= 0) last.current = found;
  const place = last.current;
  const stepTo = (index: number): Step | null => {
    if (place < 0 || index < 0 || index >= total) return null;
    const item = itemAt(index);
    return { item, go: () => (item ? show(item.id) : setWanted(index)) };
  };
  const before = stepTo(place - 1);
  const after = stepTo(found < 0 ? place : place + 1);
  useEffect(() => {
    if (found >= 0) ensure({ from: Math.max(0, found - AHEAD), to: Math.min(total, found + AHEAD + 1) });
  }, [found, total, ensure]);
  const astray = certain && place < 0;
  useEffect(() => {
    if (astray) locate(id);
  }, [astray, id, locate]);
  const awaited = wanted === null ? undefined : itemAt(wanted);
  useEffect(() => {
    if (!awaited) return;
    setWanted(null);
    show(awaited.id);
  }, [awaited, show]);
  useEffect(() => {
    for (const item of [before?.item, after?.item]) {
      if (item) new Image().src = item.preview ?? item.thumb;
    }
  }, [before?.item?.id, after?.item?.id]);
  return { before, after, listed: found >= 0 };
}
