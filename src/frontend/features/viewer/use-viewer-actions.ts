import type { Item } from "../../api/types.gen.ts";
import { restoreImages, starImages, trashImages } from "../../state/actions.ts";
import { closeViewer, showInViewer } from "../../state/route.ts";
import { download } from "../../ui/download.ts";
import type { Neighbours } from "./list.ts";

export interface ViewerActions {
  previous: (() => void) | null;
  next: (() => void) | null;
  star: () => void;
  edit: () => void;
  download: () => void;
  /** Moves a live image to Trash; asks first for one that is there already. */
  remove: () => void;
  restore: () => void;
  /** Goes on to a neighbour, because this image is about to leave the list. */
  leave: () => void;
}

interface Context {
  item: Item | null;
  neighbours: Neighbours;
  onEdit: (item: Item) => void;
  onDelete: (item: Item) => void;
}

/** What the viewer can do; after an image leaves the list, its neighbour takes its place. */
export function useViewerActions({ item, neighbours, onEdit, onDelete }: Context): ViewerActions {
  const { before, after, listed } = neighbours;
  const leave = () => {
    const neighbour = [after, before].find((step) => step?.item)?.item;
    if (neighbour) showInViewer(neighbour.id);
    else void closeViewer();
  };
  const withItem = (act: (item: Item) => void) => () => {
    if (item) act(item);
  };
  return {
    previous: before?.go ?? null,
    next: after?.go ?? null,
    star: withItem((shown) => void starImages([shown], !shown.starred)),
    edit: withItem(onEdit),
    download: withItem(download),
    remove: withItem((shown) => {
      if (shown.deletedAt !== null) {
        onDelete(shown);
        return;
      }
      if (listed) leave();
      void trashImages([shown]);
    }),
    restore: withItem((shown) => {
      if (listed) leave();
      void restoreImages([shown]);
    }),
    leave,
  };
}
