import { changeImages, undoChange } from "../api/bulk.ts";
import { ApiError } from "../api/http.ts";
import { type ImagePatch, patchImage } from "../api/images.ts";
import type { Item } from "../api/types.gen.ts";
import { t } from "../lib/strings.ts";
import { applyToItems, present, refetchLists } from "./changes.ts";
import { type Chosen, countOf, targetsOf } from "./chosen.ts";
import { findItem } from "./queries.ts";
import { notify, notifyError, notifyWhile } from "./toasts.ts";

/** What to change of images, how that shows, and its words. */
export interface Work {
  patch: ImagePatch;
  outcome: (item: Item) => Item;
  working: (count: number) => string;
  done: ((count: number) => string) | null;
  failed: string;
}

/** Shows the outcome at once, asks the server for it, and puts everything back when it refuses. */
export async function change(chosen: Chosen, before: Item[], work: Work): Promise<void> {
  const { patch, done } = work;
  // Where only a part of what leaves the list is loaded, the rest would move up and leave in its turn.
  const shows = patch.deleteToTrash === undefined || before.length >= countOf(chosen);
  if (shows) applyToItems(before, (item) => present(work.outcome(item)));
  const [only] = before;
  // Only the server can put an image back into Trash with the date at which it went there.
  const reversible = patch.deleteToTrash !== false;
  if (only && reversible && "ids" in chosen && chosen.ids.length === 1) {
    const undo = () => reverse(only, patch);
    try {
      await patchImage(only.id, patch);
      if (done) notify(done(1), { label: t.toast.undo, run: () => void undo() });
    } catch (error) {
      revert([only]);
      fail(work.failed, error);
    }
    return;
  }
  await changeMany(chosen, before, work);
}

async function changeMany(chosen: Chosen, before: Item[], work: Work): Promise<void> {
  const undos: string[] = [];
  const left = new Map(before.map((item) => [item.id, item]));
  let updated = 0;
  const offer = () => {
    const run = () => void takeBack(undos, before);
    notify(work.done?.(updated) ?? "", { label: t.toast.undo, run });
  };
  try {
    await notifyWhile(work.working(countOf(chosen)), async (report) => {
      const targets = targetsOf(chosen);
      for (const [index, target] of targets.entries()) {
        if (targets.length > 1) report(index / targets.length);
        const answer = await changeImages(target, work.patch);
        updated += answer.updated;
        if (answer.updated > 0) undos.push(answer.undo);
        if ("ids" in target) for (const id of target.ids) left.delete(id);
      }
    });
    if ("filter" in chosen) refetchLists();
    if (updated === 0) notify(t.done.nothing);
    else offer();
  } catch (error) {
    revert([...left.values()]);
    if (updated > 0) {
      notifyError(t.failed.partly(updated), error);
      offer();
      refetchLists();
    } else fail(work.failed, error);
  }
}

/** Takes bulk changes back on the server, the last one first. */
async function takeBack(undos: readonly string[], before: Item[]): Promise<void> {
  revert(before);
  try {
    await notifyWhile(t.working.undo, async () => {
      for (const undo of [...undos].reverse()) await undoChange(undo);
    });
  } catch (error) {
    notifyError(t.failed.undo, error);
  }
  // What was not loaded came back too, and what was changed again meanwhile is as it is there.
  refetchLists();
}

async function reverse(item: Item, patch: ImagePatch): Promise<void> {
  const back: ImagePatch = {};
  if (patch.starred !== undefined) back.starred = item.starred;
  if (patch.deleteToTrash !== undefined) back.deleteToTrash = item.deletedAt !== null;
  revert([item]);
  try {
    await patchImage(item.id, back);
  } catch (error) {
    fail(t.failed.undo, error);
    refetchLists();
  }
}

/** Shows images as they were; what else is known of them by now stays. */
function revert(before: Item[]): void {
  applyToItems(before, (item) => {
    const { starred, deletedAt } = item;
    return present({ ...(findItem(item.id) ?? item), starred, deletedAt });
  });
}

/** Says what failed; a list in which an image vanished is asked for again. */
export function fail(what: string, error: unknown): void {
  if (error instanceof ApiError && error.status === 404) {
    notifyError(t.failed.gone, null);
    refetchLists();
  } else notifyError(what, error);
}
