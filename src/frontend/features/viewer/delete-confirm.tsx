import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { deleteImages } from "../../state/actions.ts";
import { closeViewer, useViewedId } from "../../state/route.ts";
import { Confirm } from "../../ui/confirm.tsx";

/** Asks before one image is deleted for ever. */
export function DeleteConfirm({ item, onClose }: { item: Item; onClose: () => void }) {
  const viewed = useViewedId();
  return (
    <Confirm
      title={t.trash.confirmTitle(1)}
      body={t.trash.confirm(1)}
      action={t.image.deleteForever}
      cancel={t.trash.cancel}
      onConfirm={() => {
        if (viewed === item.id) void closeViewer();
        void deleteImages([item]);
      }}
      onClose={onClose}
    />
  );
}
