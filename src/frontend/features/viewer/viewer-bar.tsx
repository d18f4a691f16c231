import {
  CircleHelp,
  Columns2,
  Download,
  Info,
  Maximize,
  Pencil,
  RotateCcw,
  Star,
  Trash2,
  X,
} from "lucide-preact";
import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { IconButton } from "../../ui/button.tsx";
import { Menu, type MenuItem } from "../../ui/menu.tsx";
import type { ViewerActions } from "./use-viewer-actions.ts";

interface ViewerBarProps {
  item: Item | null;
  actions: ViewerActions;
  /** What the image can be compared with. */
  comparisons: MenuItem[];
  details: boolean;
  onDetails: () => void;
  fullScreen: boolean;
  /** Null where the browser cannot. */
  onFullScreen: (() => void) | null;
  onHelp: () => void;
  onClose: () => void;
}

const PRESSED = "aria-pressed:bg-fill aria-pressed:text-ink aria-expanded:bg-fill aria-expanded:text-ink";

export function ViewerBar(props: ViewerBarProps) {
  const { item, actions, comparisons, details, fullScreen, onDetails, onFullScreen, onHelp, onClose } = props;
  return (
    <div class="flex h-14 shrink-0 items-center px-2 md:gap-0.5">
      <IconButton label={t.viewer.close} onClick={onClose}>
        <X size={20} aria-hidden="true" />
      </IconButton>
      <div class="flex-1" />
      {item &&
        (item.deletedAt === null ? <Live item={item} actions={actions} /> : <Trashed actions={actions} />)}
      {item && <div class="mx-1.5 hidden h-5 border-line border-l md:block" />}
      {item && (
        <Menu label={t.viewer.compare} none={t.viewer.compareNone} items={comparisons}>
          <Columns2 size={18} aria-hidden="true" />
        </Menu>
      )}
      {onFullScreen && (
        <IconButton
          label={t.viewer.fullScreen}
          aria-pressed={fullScreen}
          class={PRESSED}
          onClick={onFullScreen}
        >
          <Maximize size={18} aria-hidden="true" />
        </IconButton>
      )}
      <IconButton label={t.viewer.help} class="coarse:hidden" onClick={onHelp}>
        <CircleHelp size={18} aria-hidden="true" />
      </IconButton>
      {item && (
        <IconButton label={t.viewer.details} aria-expanded={details} class={PRESSED} onClick={onDetails}>
          <Info size={18} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  );
}

function Live({ item, actions }: { item: Item; actions: ViewerActions }) {
  return (
    <>
      <IconButton label={item.starred ? t.image.unstar : t.image.star} onClick={actions.star}>
        <Star size={18} class={item.starred ? "fill-amber-400 text-amber-400" : ""} aria-hidden="true" />
      </IconButton>
      <IconButton label={t.image.edit} onClick={actions.edit}>
        <Pencil size={18} aria-hidden="true" />
      </IconButton>
      <IconButton label={t.image.download} onClick={actions.download}>
        <Download size={18} aria-hidden="true" />
      </IconButton>
      <IconButton label={t.image.trash} onClick={actions.remove}>
        <Trash2 size={18} aria-hidden="true" />
      </IconButton>
    </>
  );
}

function Trashed({ actions }: { actions: ViewerActions }) {
  return (
    <>
      <IconButton label={t.image.restore} onClick={actions.restore}>
        <RotateCcw size={18} aria-hidden="true" />
      </IconButton>
      <IconButton label={t.image.deleteForever} class="text-danger!" onClick={actions.remove}>
        <Trash2 size={18} aria-hidden="true" />
      </IconButton>
    </>
  );
}
