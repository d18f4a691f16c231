import type { Item } from "../../api/types.gen.ts";
import { morph } from "../../lib/motion.ts";
import { t } from "../../lib/strings.ts";
import { useImage } from "../../state/queries.ts";
import { closeViewer, useViewedId } from "../../state/route.ts";
import { Modal } from "../../ui/dialog.tsx";
import { Toasts } from "../shell/toasts.tsx";
import { Details } from "./details.tsx";
import { Stage } from "./stage.tsx";
import { useDetailsOpen } from "./use-details-open.ts";
import { useViewerActions } from "./use-viewer-actions.ts";
import { useViewerKeys } from "./use-viewer-keys.ts";
import { ViewerBar } from "./viewer-bar.tsx";

interface ViewerProps {
  items: Item[];
  hasMore: boolean;
  loadMore: () => void;
  onEdit: (item: Item) => void;
  /** Asks before an image in Trash is deleted. */
  onDelete: (item: Item) => void;
}

/** Shows one image at its best; it is open while the address names an image. */
export function Viewer(props: ViewerProps) {
  const id = useViewedId();
  return id === null ? null : <OpenViewer id={id} {...props} />;
}

function OpenViewer({ id, items, hasMore, loadMore, onEdit, onDelete }: ViewerProps & { id: string }) {
  const detail = useImage(id);
  const item = items.find((candidate) => candidate.id === id) ?? detail.data ?? null;
  const [details, toggleDetails] = useDetailsOpen();
  const actions = useViewerActions({ id, item, items, hasMore, loadMore, onEdit, onDelete });
  const close = () => closeTo(id);
  const onKeyDown = useViewerKeys({ ...actions, details: toggleDetails });
  return (
    <Modal
      label={t.viewer.label}
      onClose={close}
      class="always-dark fixed inset-0 m-0 h-dvh max-h-none w-screen max-w-none overflow-hidden bg-canvas text-ink"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are shortcuts for the buttons inside. */}
      <div class="flex size-full flex-col lg:flex-row" onKeyDown={onKeyDown}>
        <div class="flex min-h-0 min-w-0 flex-1 flex-col">
          <ViewerBar
            item={item}
            actions={actions}
            details={details}
            onDetails={toggleDetails}
            onClose={close}
          />
          <Stage key={id} item={item} error={detail.error} previous={actions.previous} next={actions.next} />
        </div>
        {details && item && <Details item={item} detail={detail.data} onClose={toggleDetails} />}
      </div>
      <Toasts />
    </Modal>
  );
}

function closeTo(id: string): void {
  const image = document.querySelector<HTMLElement>("[data-viewer-image]");
  const tile = () => document.getElementById(`tile-${id}`);
  morph(image, closeViewer, () => {
    tile()?.focus({ preventScroll: true });
    return tile();
  });
}
