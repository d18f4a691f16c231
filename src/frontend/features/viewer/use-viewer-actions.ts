import { useEffect, useRef } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { restoreImages, starImages, trashImages } from "../../state/actions.ts";
import { closeViewer, showInViewer } from "../../state/route.ts";
import { download } from "../../ui/download.ts";

export interface ViewerActions {
  previous: (() => void) | null;
  next: (() => void) | null;
  star: () => void;
  edit: () => void;
  download: () => void;
  /** Moves a live image to Trash; asks first for one that is there already. */
  remove: () => void;
  restore: () => void;
}

interface Context {
  id: string;
  item: Item | null;
  items: Item[];
  hasMore: boolean;
  loadMore: () => void;
  onEdit: (item: Item) => void;
  onDelete: (item: Item) => void;
}

const LOAD_AHEAD = 5;

/** What the viewer can do; after an image leaves the list, its neighbour takes its place. */
export function useViewerActions(context: Context): ViewerActions {
  const { item, items, onEdit, onDelete } = context;
  const { before, after } = useNeighbours(context);
  const leave = () => {
    const neighbour = after ?? before;
    if (neighbour) showInViewer(neighbour.id);
    else void closeViewer();
  };
  const withItem = (act: (item: Item) => void) => () => {
    if (item) act(item);
  };
  const inList = items.some((candidate) => candidate.id === item?.id);
  return {
    previous: before ? () => showInViewer(before.id) : null,
    next: after ? () => showInViewer(after.id) : null,
    star: withItem((shown) => void starImages([shown], !shown.starred)),
    edit: withItem(onEdit),
    download: withItem(download),
    remove: withItem((shown) => {
      if (shown.deletedAt !== null) {
        onDelete(shown);
        return;
      }
      if (inList) leave();
      void trashImages([shown]);
    }),
    restore: withItem((shown) => {
      if (inList) leave();
      void restoreImages([shown]);
    }),
  };
}

function useNeighbours({ id, items, hasMore, loadMore }: Context) {
  const found = items.findIndex((candidate) => candidate.id === id);
  const last = useRef(-1);
  if (found >= 0) last.current = found;
  const gone = found < 0;
  const before = items[last.current - 1] ?? null;
  const after = (last.current < 0 ? null : items[gone ? last.current : found + 1]) ?? null;
  useEffect(() => {
    if (found >= 0 && hasMore && found >= items.length - LOAD_AHEAD) loadMore();
  }, [found, hasMore, items.length, loadMore]);
  useEffect(() => {
    for (const neighbour of [before, after]) {
      if (neighbour) new Image().src = neighbour.preview ?? neighbour.thumb;
    }
  }, [before?.id, after?.id]);
  return { before, after };
}
