import { useLayoutEffect } from "preact/hooks";
import { isTyping, keyName } from "../../ui/keys.ts";
import type { SelectionAction } from "../grid/selection-bar.tsx";
import type { Selecting } from "../grid/use-selection.ts";

/**
 * The keys of a page of images: Ctrl+A chooses all that match; while nothing is chosen, the keys of the
 * selection act on the tile that has the focus.
 *
 * @param actionsFor the actions for one image.
 */
export function useListKeys(selecting: Selecting, actionsFor: (id: string) => SelectionAction[]): void {
  const { active, selectAll } = selecting;
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || isTyping(event)) return;
      const control = event.ctrlKey || event.metaKey;
      if (control && event.key.toLowerCase() === "a") {
        event.preventDefault();
        if (document.querySelector("[role=grid]")) selectAll();
        return;
      }
      const id = control || active ? null : focusedTile();
      const action = id === null ? undefined : actionsFor(id).find(({ keys }) => keys === keyName(event));
      if (!action) return;
      event.preventDefault();
      action.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active, selectAll, actionsFor]);
}

function focusedTile(): string | null {
  const tile = document.activeElement?.closest("[role=gridcell]");
  return tile?.id.startsWith("tile-") ? tile.id.slice("tile-".length) : null;
}
