import { deleteImage, emptyTrash, patchImage, patchImages } from "../api/images.ts";
import type { Item } from "../api/types.gen.ts";
import { t } from "../lib/strings.ts";
import { applyToItems, present } from "./changes.ts";
import { queryClient } from "./client.ts";
import { keys, TRASH_FILTER } from "./queries.ts";
import { notify, notifyError } from "./toasts.ts";

/** Sets or removes the star; the person sees it before the server has answered. */
export async function starImages(items: Item[], starred: boolean): Promise<void> {
  await change(items, { starred }, (item) => ({ ...item, starred }), t.failed.star);
}

/** Moves images to Trash and offers to undo it. */
export async function trashImages(items: Item[]): Promise<void> {
  const deletedAt = new Date().toISOString();
  const done = await change(
    items,
    { deleteToTrash: true },
    (item) => ({ ...item, deletedAt }),
    t.failed.trash,
  );
  if (!done) return;
  const trashed = items.map((item) => ({ ...item, deletedAt }));
  notify(t.done.trashed(items.length), {
    label: t.toast.undo,
    run: () => void restore(trashed),
  });
}

export async function restoreImages(items: Item[]): Promise<void> {
  if (await restore(items)) notify(t.done.restored(items.length));
}

function restore(items: Item[]): Promise<boolean> {
  const patch = { deleteToTrash: false };
  return change(items, patch, (item) => ({ ...item, deletedAt: null }), t.failed.restore);
}

/** Deletes images from Trash one after the other; each disappears as soon as it is gone. */
export async function deleteImages(items: Item[]): Promise<void> {
  let deleted = 0;
  try {
    for (const item of items) {
      await deleteImage(item.id);
      applyToItems([item], () => ({ kind: "deleted" }));
      deleted += 1;
    }
  } catch (error) {
    notifyError(t.failed.delete, error);
  }
  if (deleted > 0) notify(t.done.deleted(deleted));
}

export async function emptyAllTrash(): Promise<void> {
  try {
    const { deleted } = await emptyTrash();
    notify(t.done.deleted(deleted));
  } catch (error) {
    notifyError(t.failed.empty, error);
  }
  await queryClient.invalidateQueries({ queryKey: keys.gallery(TRASH_FILTER) });
}

/** Shows the outcome at once, asks the server for it, and puts everything back when it refuses. */
async function change(
  items: Item[],
  patch: { starred?: boolean; deleteToTrash?: boolean },
  outcome: (item: Item) => Item,
  failure: string,
): Promise<boolean> {
  applyToItems(items, (item) => present(outcome(item)));
  try {
    const [only] = items;
    if (items.length === 1 && only) await patchImage(only.id, patch);
    else
      await patchImages(
        items.map((item) => item.id),
        patch,
      );
    return true;
  } catch (error) {
    applyToItems(items, (item) => present(item));
    notifyError(failure, error);
    return false;
  }
}
