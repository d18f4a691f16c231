import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import {
  everything,
  extend,
  isSelecting,
  NO_SELECTION,
  prune,
  type Selection,
  toggle,
} from "../../lib/selection.ts";
import { t } from "../../lib/strings.ts";
import type { Library, Range } from "../../state/library.ts";
import { notifyError } from "../../state/toasts.ts";

/** The chosen images of a library; Esc lets go of them. */
export function useSelection(library: Library) {
  const [stored, setSelection] = useState<Selection>(NO_SELECTION);
  const selection = useMemo(() => prune(stored, library.hasLeft), [stored, library]);
  const { filter, indexOf, itemAt, idsIn, seenAt, total } = library;
  const anchorPlace = useRef(0);
  useLayoutEffect(() => setSelection(NO_SELECTION), [filter]);
  const clear = useCallback(() => setSelection(NO_SELECTION), []);
  const selectAll = useCallback(() => setSelection(everything(seenAt(), total)), [seenAt, total]);
  const latest = useRef(selection);
  latest.current = selection;
  const select = useCallback(
    (item: Item, range: boolean) => {
      const to = indexOf(item.id);
      const { anchor } = latest.current;
      if (!range || anchor === null || to < 0) {
        anchorPlace.current = to;
        setSelection((current) => toggle(current, item.id));
        return;
      }
      const held = indexOf(anchor);
      const from = held < 0 ? anchorPlace.current : held;
      const add = (ids: readonly string[]) =>
        setSelection((current) => (current.anchor === anchor ? extend(current, ids) : current));
      const span = { from: Math.min(from, to), to: Math.max(from, to) + 1 };
      const here = idsHeld(itemAt, span);
      add(here);
      if (here.length < span.to - span.from) {
        idsIn(span).then(add, (error) => notifyError(t.grid.moreFailed, error));
      }
    },
    [indexOf, itemAt, idsIn],
  );
  /** Chooses what a rectangle covers, beside what was chosen before it was drawn. */
  const selectOver = useCallback(
    (before: Selection, ids: readonly string[]) =>
      setSelection(extend(before.all ? NO_SELECTION : before, ids)),
    [],
  );
  const active = isSelecting(selection);
  useLayoutEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) clear();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active, clear]);
  const count = selection.all ? Math.min(selection.all.count, total) : selection.ids.size;
  return { selection, active, count, select, selectAll, selectOver, clear };
}

export type Selecting = ReturnType<typeof useSelection>;

function idsHeld(itemAt: (index: number) => Item | undefined, { from, to }: Range): string[] {
  const ids: string[] = [];
  for (let index = from; index < to; index += 1) {
    const id = itemAt(index)?.id;
    if (id !== undefined) ids.push(id);
  }
  return ids;
}
