import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import {
  type Choice,
  countOfAll,
  everything,
  extend,
  isSelecting,
  MOST_WITHOUT,
  NO_SELECTION,
  prune,
  type Selection,
  stretch,
  toggle,
} from "../../lib/selection.ts";
import { t } from "../../lib/strings.ts";
import type { Library, Range } from "../../state/library.ts";
import { notifyError } from "../../state/toasts.ts";

/** The chosen images of a library; Esc lets go of them. */
export function useSelection(library: Library) {
  const [stored, setSelection] = useState<Selection>(NO_SELECTION);
  const { filter, indexOf, itemAt, itemsIn, seenAt, total } = library;
  const { selection, count } = useMemo(
    () => counted(prune(stored, library.hasLeft), library),
    [stored, library],
  );
  const anchorPlace = useRef(0);
  useLayoutEffect(() => setSelection(NO_SELECTION), [filter]);
  const clear = useCallback(() => setSelection(NO_SELECTION), []);
  const selectAll = useCallback(() => setSelection(everything(seenAt(), total)), [seenAt, total]);
  const latest = useRef(selection);
  latest.current = selection;
  const choose = useCallback((next: Selection) => {
    if ((next.all?.without.size ?? 0) > MOST_WITHOUT) {
      notifyError(t.grid.mostWithout(MOST_WITHOUT), null);
      return;
    }
    latest.current = next;
    setSelection(next);
  }, []);
  const select = useCallback(
    (item: Item, range: boolean) => {
      const to = indexOf(item.id);
      const { anchor } = latest.current;
      if (!range || anchor === null || to < 0) {
        anchorPlace.current = to;
        choose(toggle(latest.current, item));
        return;
      }
      const held = indexOf(anchor);
      const from = held < 0 ? anchorPlace.current : held;
      const take = (images: readonly Choice[]) => {
        if (latest.current.anchor === anchor) choose(stretch(latest.current, images));
      };
      const span = { from: Math.min(from, to), to: Math.max(from, to) + 1 };
      const here = itemsHeld(itemAt, span);
      if (here.length === span.to - span.from) take(here);
      else itemsIn(span).then(take, (error) => notifyError(t.grid.moreFailed, error));
    },
    [indexOf, itemAt, itemsIn, choose],
  );
  /** Chooses what a rectangle covers, beside what was chosen before it was drawn. */
  const selectOver = useCallback(
    (before: Selection, images: readonly Item[]) => choose(extend(before, images)),
    [choose],
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
  return { selection, active, count, select, selectAll, selectOver, clear };
}

export type Selecting = ReturnType<typeof useSelection>;

/** A selection of everything from which all was taken out, or of which all is gone, is none. */
function counted(
  selection: Selection,
  { total, laterThan }: Library,
): { selection: Selection; count: number } {
  const present = selection.all ? total - laterThan(selection.all.before) : 0;
  const count = selection.ids.size + countOfAll(selection, present);
  return count === 0 ? { selection: NO_SELECTION, count } : { selection, count };
}

function itemsHeld(itemAt: (index: number) => Item | undefined, { from, to }: Range): Item[] {
  const items: Item[] = [];
  for (let index = from; index < to; index += 1) {
    const item = itemAt(index);
    if (item) items.push(item);
  }
  return items;
}
