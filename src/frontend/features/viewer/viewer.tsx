import { useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { morph } from "../../lib/motion.ts";
import { t } from "../../lib/strings.ts";
import { useImage } from "../../state/queries.ts";
import { closeViewer, showInViewer, useComparedIds, useViewedId } from "../../state/route.ts";
import { Modal } from "../../ui/dialog.tsx";
import { useFullScreen } from "../../ui/full-screen.ts";
import { useKeptFocus } from "../../ui/keep-focus.ts";
import { useZoom } from "../../ui/zoom.ts";
import { lazy } from "../shell/lazy.ts";
import { Toasts } from "../shell/toasts.tsx";
import { comparisonsOf } from "./comparisons.ts";
import { DeleteConfirm } from "./delete-confirm.tsx";
import { Details } from "./details.tsx";
import { useNeighbours, type ViewerList } from "./list.ts";
import { Stage } from "./stage.tsx";
import { useDetailsOpen } from "./use-details-open.ts";
import { useViewerActions } from "./use-viewer-actions.ts";
import { useViewerKeys } from "./use-viewer-keys.ts";
import { ViewerBar } from "./viewer-bar.tsx";

const Help = lazy(async () => (await import("../../extras.ts")).Help);

interface ViewerProps {
  /** What Previous and Next lead through. */
  list: ViewerList;
  onEdit: (item: Item) => void;
}

/** Shows one image at its best; it is open while the address names an image. */
export function Viewer(props: ViewerProps) {
  const id = useViewedId();
  return id === null ? null : <OpenViewer id={id} {...props} />;
}

function OpenViewer({ id, list, onEdit }: ViewerProps & { id: string }) {
  const screen = useRef<HTMLDivElement>(null);
  const detail = useImage(id);
  const item = list.itemAt(list.indexOf(id)) ?? detail.data ?? null;
  const [details, toggleDetails] = useDetailsOpen();
  const [help, setHelp] = useState(false);
  const [doomed, setDoomed] = useState<Item | null>(null);
  const [fullScreen, toggleFullScreen] = useFullScreen(screen);
  const neighbours = useNeighbours(list, id, showInViewer);
  const actions = useViewerActions({ item, neighbours, onEdit, onDelete: setDoomed });
  const close = () => closeTo(id);
  const view = useZoom({
    key: id,
    natural: item?.width ?? 0,
    onSwipe: (swipe) => ({ left: actions.next, right: actions.previous, down: close })[swipe]?.(),
  });
  const openHelp = () => setHelp(true);
  const onKeyDown = useViewerKeys({
    ...actions,
    details: toggleDetails,
    fullScreen: toggleFullScreen,
    help: openHelp,
    view,
  });
  useKeptFocus(screen);
  const comparing = useComparedIds() !== null;
  return (
    <Modal
      label={t.viewer.label}
      onClose={close}
      class="always-dark fixed inset-0 m-0 h-dvh max-h-none w-screen max-w-none overflow-hidden bg-canvas text-ink"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are shortcuts for the buttons inside. */}
      <div
        ref={screen}
        tabIndex={-1}
        class="flex size-full flex-col bg-canvas outline-none lg:flex-row"
        onKeyDown={onKeyDown}
      >
        <div class="flex min-h-0 min-w-0 flex-1 flex-col">
          <ViewerBar
            item={item}
            actions={actions}
            comparisons={item ? comparisonsOf(item, detail.data, neighbours) : []}
            details={details}
            onDetails={toggleDetails}
            fullScreen={fullScreen}
            onFullScreen={toggleFullScreen}
            onHelp={openHelp}
            onClose={close}
          />
          <Stage
            item={item}
            error={detail.error}
            view={view}
            previous={actions.previous}
            next={actions.next}
          />
        </div>
        {details && item && <Details item={item} detail={detail.data} onClose={toggleDetails} />}
        {!comparing && <Toasts />}
      </div>
      {help && <Help onClose={() => setHelp(false)} />}
      {doomed && <DeleteConfirm item={doomed} onConfirm={actions.leave} onClose={() => setDoomed(null)} />}
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
