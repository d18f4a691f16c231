import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ApiError } from "../../api/http.ts";
import type { Item } from "../../api/types.gen.ts";
import { filterKey } from "../../lib/filter.ts";
import { morph } from "../../lib/motion.ts";
import { t } from "../../lib/strings.ts";
import { restoreImages, starImages, trashImages } from "../../state/actions.ts";
import { editImage } from "../../state/draft.ts";
import type { Library } from "../../state/library.ts";
import { openViewer } from "../../state/route.ts";
import { Retry } from "../../ui/retry.tsx";
import { DeleteConfirm } from "../viewer/delete-confirm.tsx";
import { Viewer } from "../viewer/viewer.tsx";
import { Grid } from "./grid.tsx";
import { type SelectionAction, SelectionBar } from "./selection-bar.tsx";
import { LoadingGrid } from "./skeleton.tsx";
import type { TileHandlers } from "./tile.tsx";
import type { TileMode } from "./tile-actions.tsx";
import type { Selecting } from "./use-selection.ts";

interface ImageBrowserProps {
  mode: TileMode;
  library: Library;
  selecting: Selecting;
  actions: SelectionAction[];
  empty: ComponentChildren;
}

/** A grid with everything one does from it: viewing, choosing, and acting on one image or many. */
export function ImageBrowser({ mode, library, selecting, actions, empty }: ImageBrowserProps) {
  const [doomed, setDoomed] = useState<Item | null>(null);
  const { select } = selecting;
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
  const { loaded, certain, total, error } = library;
  const detail = error instanceof ApiError ? error.message : "";
  const full = loaded && (total > 0 || !certain);
  return (
    <>
      {!loaded && error && (
        <div class="flex flex-1 items-center justify-center">
          <Retry text={t.grid.loadFailed} detail={detail} onRetry={library.retry} />
        </div>
      )}
      {!loaded && !error && <LoadingGrid />}
      {loaded && !full && empty}
      {full && (
        <Grid key={filterKey(library.filter)} library={library} selecting={selecting} handlers={handlers} />
      )}
      {full && error && (
        <div class="absolute inset-x-3 bottom-4 z-20 mx-auto w-fit rounded-xl border border-line bg-raised">
          <Retry text={t.grid.moreFailed} detail={detail} onRetry={library.retry} />
        </div>
      )}
      {selecting.active && (
        <SelectionBar
          count={selecting.count}
          total={certain ? total : null}
          actions={actions}
          onSelectAll={selecting.selectAll}
          onClear={selecting.clear}
        />
      )}
      {doomed && <DeleteConfirm item={doomed} onClose={() => setDoomed(null)} />}
      <Viewer list={library} onEdit={editImage} />
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
