import { Download, RotateCcw, Trash2 } from "lucide-preact";
import { t } from "../../lib/strings.ts";
import { restoreChosen } from "../../state/actions.ts";
import { downloadZip } from "../../state/archive.ts";
import type { Chosen } from "../../state/chosen.ts";
import { saveAs } from "../../ui/download.ts";
import type { SelectionAction } from "../grid/selection-bar.tsx";

/** What can be done with images of Trash that were chosen; nothing is deleted unasked. */
export function trashActions(chosen: Chosen, clear: () => void, ask: () => void): SelectionAction[] {
  return [
    {
      label: t.image.restore,
      icon: RotateCcw,
      keys: "r",
      run: () => {
        void restoreChosen(chosen);
        clear();
      },
    },
    { label: t.grid.zip, icon: Download, keys: "Shift+d", run: () => void downloadZip(chosen, saveAs) },
    { label: t.image.deleteForever, icon: Trash2, danger: true, keys: "Delete", run: ask },
  ];
}
