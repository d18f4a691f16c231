import { Download, Info, Pencil, RotateCcw, Star, Trash2, X } from "lucide-preact";
import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { IconButton } from "../../ui/button.tsx";
import type { ViewerActions } from "./use-viewer-actions.ts";

interface ViewerBarProps {
  item: Item | null;
  actions: ViewerActions;
  details: boolean;
  onDetails: () => void;
  onClose: () => void;
}

export function ViewerBar({ item, actions, details, onDetails, onClose }: ViewerBarProps) {
  return (
    <div class="flex h-14 shrink-0 items-center gap-0.5 px-2">
      <IconButton label={t.viewer.close} onClick={onClose}>
        <X size={20} aria-hidden="true" />
      </IconButton>
      <div class="flex-1" />
      {item &&
        (item.deletedAt === null ? <Live item={item} actions={actions} /> : <Trashed actions={actions} />)}
      {item && (
        <IconButton
          label={t.viewer.details}
          aria-expanded={details}
          class="aria-expanded:bg-fill aria-expanded:text-ink"
          onClick={onDetails}
        >
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
