import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/http.ts";
import type { Item } from "../../api/types.gen.ts";
import { geometry } from "../../lib/geometry.ts";
import { morph } from "../../lib/motion.ts";
import { t } from "../../lib/strings.ts";
import { restoreImages, starImages, trashImages } from "../../state/actions.ts";
import { editImage } from "../../state/draft.ts";
import { openViewer } from "../../state/route.ts";
import { Retry } from "../../ui/retry.tsx";
import { useWidth } from "../../ui/width.ts";
import { DeleteConfirm } from "../viewer/delete-confirm.tsx";
import { Viewer } from "../viewer/viewer.tsx";
import { Grid } from "./grid.tsx";
import { Skeleton } from "./grid-end.tsx";
import { type SelectionAction, SelectionBar } from "./selection-bar.tsx";
import type { TileHandlers } from "./tile.tsx";
import type { TileMode } from "./tile-actions.tsx";
import type { Images } from "./use-images.ts";
import type { useSelection } from "./use-selection.ts";

interface ImageBrowserProps {
  name: string;
  mode: TileMode;
  images: Images;
  selection: ReturnType<typeof useSelection>;
  actions: SelectionAction[];
  empty: ComponentChildren;
}

/** A grid with everything one does from it: viewing, choosing, and acting on one image or many. */
export function ImageBrowser({ name, mode, images, selection, actions, empty }: ImageBrowserProps) {
  const [doomed, setDoomed] = useState<Item | null>(null);
  const { select } = selection;
  const handlers = useMemo<TileHandlers>(
    () => ({
      mode,
      onOpen: openFromTile,
      onSelect: select,
      onStar: (item) => void starImages([item], !item.starred),
      onEdit: editImage,
      onTrash: (item) => void trashImages([item]),
      onRestore: (item) => void restoreImages([item]),
      onDelete: setDoomed,
    }),
    [mode, select],
  );
  const { items, loaded, hasMore, error } = images;
  return (
    <>
      {!loaded && error && (
        <div class="flex flex-1 items-center justify-center">
          <Retry
            text={t.grid.loadFailed}
            detail={error instanceof ApiError ? error.message : ""}
            onRetry={images.reload}
          />
        </div>
      )}
      {!loaded && !error && <LoadingGrid />}
      {loaded && items.length === 0 && !hasMore && empty}
      {loaded && (items.length > 0 || hasMore) && (
        <Grid
          key={name}
          name={name}
          {...images}
          selected={selection.ids}
          handlers={handlers}
          loadMore={hasMore ? images.loadMore : images.reload}
        />
      )}
      {selection.ids.size > 0 && (
        <SelectionBar count={selection.ids.size} actions={actions} onClear={selection.clear} />
      )}
      {doomed && <DeleteConfirm item={doomed} onClose={() => setDoomed(null)} />}
      <Viewer
        items={items}
        hasMore={hasMore}
        loadMore={images.loadMore}
        onEdit={editImage}
        onDelete={setDoomed}
      />
    </>
  );
}

function openFromTile(item: Item): void {
  morph(
    document.getElementById(`tile-${item.id}`),
    () => openViewer(item.id),
    () => document.querySelector<HTMLElement>("[data-viewer-image]"),
  );
}

function LoadingGrid() {
  const frame = useRef<HTMLDivElement>(null);
  const { columns } = geometry(useWidth(frame));
  return (
    <div class="min-h-0 flex-1 overflow-hidden p-1 md:p-4">
      <div ref={frame}>
        <Skeleton columns={columns} rows={5} />
      </div>
    </div>
  );
}
