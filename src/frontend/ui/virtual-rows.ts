import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

interface RowsOptions {
  count: number;
  /** Height of a row with its gap. */
  step: number;
  scroller: () => HTMLElement | null;
}

type Rows = Virtualizer<HTMLElement, HTMLElement>;

const OVERSCAN = 2;

/** The rows of a list that are on screen or nearly so. */
export function useVirtualRows({ count, step, scroller }: RowsOptions): { rows: Rows; items: VirtualItem[] } {
  const [, render] = useReducer<number, void>((n) => n + 1, 0);
  const options = {
    count,
    getScrollElement: scroller,
    estimateSize: () => step,
    overscan: OVERSCAN,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => render(),
  };
  const [rows] = useState<Rows>(() => new Virtualizer(options));
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => rows._willUpdate());
  useLayoutEffect(() => rows.measure(), [rows, step]);
  return { rows, items: rows.getVirtualItems() };
}
