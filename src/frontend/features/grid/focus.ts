import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Layout, moveFocus } from "../../lib/layout.ts";
import type { Library } from "../../state/library.ts";

/** The cell of an index, when it is in the document. */
export function cellAt(grid: HTMLElement | null, index: number): HTMLElement | null {
  return grid?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
}

/**
 * One cell at a time is reached by Tab; the arrows move on from there.
 *
 * @param reveal scrolls until the row of an index shows.
 * @param page rows that fit on the screen.
 */
export function useRovingFocus(
  grid: RefObject<HTMLElement>,
  library: Library,
  layout: Layout,
  page: number,
  reveal: (index: number) => void,
) {
  const [chosen, setChosen] = useState<{ id: string | null; index: number }>({ id: null, index: 0 });
  const [inside, setInside] = useState(false);
  const pending = useRef<number | null>(null);
  const holder = useRef<Element | null>(null);
  const known = chosen.id === null ? -1 : library.indexOf(chosen.id);
  const index = Math.max(0, Math.min(library.total - 1, known >= 0 ? known : chosen.index));

  useLayoutEffect(() => {
    // What had the focus is gone, or went to another row: the cell in its place has it now.
    if (holder.current && !holder.current.isConnected) {
      holder.current = null;
      if (document.activeElement === document.body) pending.current ??= index;
    }
    const cell = pending.current === null ? null : cellAt(grid.current, pending.current);
    if (!cell) return;
    // The place of an image that is still to come gives way to the image, which then takes over the focus.
    const busy = cell.getAttribute("aria-busy") === "true";
    const free = document.activeElement === document.body || grid.current?.contains(document.activeElement);
    if (free) cell.focus({ preventScroll: true });
    if (!free || !busy) pending.current = null;
  });

  const { itemAt } = library;
  const set = useCallback((at: number) => setChosen({ id: itemAt(at)?.id ?? null, index: at }), [itemAt]);
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const next = moveFocus(layout, event.key, index, page);
      if (next === null) return;
      event.preventDefault();
      pending.current = next;
      set(next);
      reveal(next);
    },
    [layout, index, page, set, reveal],
  );
  const onFocusIn = useCallback((event: FocusEvent) => {
    holder.current = event.target as Element;
    setInside(true);
  }, []);
  const onFocusOut = useCallback(({ target }: FocusEvent) => {
    setInside(false);
    // An element that is taken away may lose the focus first; by then it is known whether it was.
    queueMicrotask(() => {
      if (holder.current === target && holder.current?.isConnected) holder.current = null;
    });
  }, []);
  return { index, inside, set, onKeyDown, onFocusIn, onFocusOut };
}
