import { Download, Star, StarOff, Trash2 } from "lucide-preact";
import { t } from "../../lib/strings.ts";
import { starChosen, trashChosen } from "../../state/actions.ts";
import { downloadZip } from "../../state/archive.ts";
import { type Chosen, loadedOf } from "../../state/chosen.ts";
import { saveAs } from "../../ui/download.ts";
import type { SelectionAction } from "../grid/selection-bar.tsx";

/** What can be done with images of the gallery that were chosen. */
export function liveActions(chosen: Chosen, clear: () => void): SelectionAction[] {
  const loaded = loadedOf(chosen);
  const anyStarred = loaded.some(({ starred }) => starred);
  const anyPlain = loaded.some(({ starred }) => !starred) || !("ids" in chosen);
  const star = (on: boolean, keys: string): SelectionAction => ({
    label: on ? t.image.star : t.image.unstar,
    icon: on ? Star : StarOff,
    keys,
    run: () => void starChosen(chosen, on),
  });
  return [
    ...(anyPlain || !anyStarred ? [star(true, "s")] : []),
    ...(anyStarred ? [star(false, anyPlain ? "Shift+s" : "s")] : []),
    {
      label: t.grid.zip,
      icon: Download,
      keys: "Shift+d",
      run: () => void downloadZip(chosen, saveAs),
    },
    {
      label: t.image.trash,
      icon: Trash2,
      keys: "Delete",
      run: () => {
        void trashChosen(chosen);
        clear();
      },
    },
  ];
}
