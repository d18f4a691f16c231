import { purgeImages } from "../api/bulk.ts";
import { emptyTrash } from "../api/images.ts";
import type { Item } from "../api/types.gen.ts";
import { serverTime } from "../lib/clock.ts";
import { t } from "../lib/strings.ts";
import { applyToItems, refetchLists } from "./changes.ts";
import { type Chosen, countOf, loadedOf, targetsOf } from "./chosen.ts";
import { change, fail } from "./optimistic.ts";
import { notify, notifyWhile } from "./toasts.ts";

/** Sets or removes the star; the person sees it before the server has answered. */
export async function starImages(items: Item[], starred: boolean): Promise<void> {
  await starChosen({ ids: idsOf(items) }, starred, items);
}

/** Moves images to Trash and offers to undo it. */
export async function trashImages(items: Item[]): Promise<void> {
  await trashChosen({ ids: idsOf(items) }, items);
}

export async function restoreImages(items: Item[]): Promise<void> {
  await restoreChosen({ ids: idsOf(items) }, items);
}

/** Deletes images from Trash. */
export async function deleteImages(items: Item[]): Promise<void> {
  await purgeChosen({ ids: idsOf(items) });
}

export async function starChosen(chosen: Chosen, starred: boolean, items = loadedOf(chosen)): Promise<void> {
  await change(chosen, items, {
    patch: { starred },
    outcome: (item) => ({ ...item, starred }),
    working: t.working.star,
    // One star shows for itself.
    done: countOf(chosen) === 1 ? null : starred ? t.done.starred : t.done.unstarred,
    failed: t.failed.star,
  });
}

export async function trashChosen(chosen: Chosen, items = loadedOf(chosen)): Promise<void> {
  const deletedAt = serverTime();
  await change(chosen, items, {
    patch: { deleteToTrash: true },
    outcome: (item) => ({ ...item, deletedAt }),
    working: t.working.trash,
    done: t.done.trashed,
    failed: t.failed.trash,
  });
}

export async function restoreChosen(chosen: Chosen, items = loadedOf(chosen)): Promise<void> {
  await change(chosen, items, {
    patch: { deleteToTrash: false },
    outcome: (item) => ({ ...item, deletedAt: null }),
    working: t.working.restore,
    done: t.done.restored,
    failed: t.failed.restore,
  });
}

/** Deletes images of Trash for ever; nothing leaves the screen before it is gone. */
export async function purgeChosen(chosen: Chosen): Promise<void> {
  let deleted = 0;
  try {
    await notifyWhile(t.working.delete(countOf(chosen)), async (report) => {
      const targets = targetsOf(chosen);
      for (const [index, target] of targets.entries()) {
        if (targets.length > 1) report(index / targets.length);
        deleted += (await purgeImages(target)).deleted;
        if ("ids" in target) applyToItems(loadedOf(target), () => ({ kind: "deleted" }));
      }
    });
  } catch (error) {
    fail(countOf(chosen) === 1 ? t.failed.delete : t.failed.deleteMany, error);
  }
  if ("filter" in chosen) refetchLists();
  if (deleted > 0) notify(t.done.deleted(deleted));
}

export async function emptyAllTrash(count: number): Promise<void> {
  try {
    const { deleted } = await notifyWhile(t.working.delete(count), emptyTrash);
    notify(t.done.deleted(deleted));
  } catch (error) {
    fail(t.failed.empty, error);
  }
  refetchLists();
}

function idsOf(items: Item[]): string[] {
  return items.map((item) => item.id);
}
