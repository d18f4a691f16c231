import { useCallback, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { extendTo, NO_SELECTION, prune, type Selection, toggle } from "../../lib/selection.ts";

/** The chosen images of a list; Esc lets go of them. */
export function useSelection(items: Item[]) {
  const [stored, setSelection] = useState<Selection>(NO_SELECTION);
  const listed = useMemo(() => new Set(items.map((item) => item.id)), [items]);
  const selection = useMemo(() => prune(stored, listed), [stored, listed]);
  const clear = useCallback(() => setSelection(NO_SELECTION), []);
  const select = useCallback(
    (item: Item, range: boolean) =>
      setSelection((current) => (range ? extendTo(current, item.id, [...listed]) : toggle(current, item.id))),
    [listed],
  );
  const active = selection.ids.size > 0;
  useLayoutEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) clear();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active, clear]);
  const chosen = useMemo(() => items.filter((item) => selection.ids.has(item.id)), [items, selection]);
  return { ids: selection.ids, chosen, select, clear };
}
