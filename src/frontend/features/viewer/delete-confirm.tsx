import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { deleteImages } from "../../state/actions.ts";
import { Confirm } from "../../ui/confirm.tsx";

interface DeleteConfirmProps {
  item: Item;
  /** Called before the image goes. */
  onConfirm?: () => void;
  onClose: () => void;
}

/** Asks before one image is deleted for ever. */
export function DeleteConfirm({ item, onConfirm, onClose }: DeleteConfirmProps) {
  return (
    <Confirm
      title={t.trash.confirmTitle(1)}
      body={t.trash.confirm(1)}
      action={t.image.deleteForever}
      cancel={t.trash.cancel}
      onConfirm={() => {
        onConfirm?.();
        void deleteImages([item]);
      }}
      onClose={onClose}
    />
  );
}
