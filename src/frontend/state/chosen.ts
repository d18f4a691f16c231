import { MOST_IDS, type Target } from "../api/bulk.ts";
import type { Item } from "../api/types.gen.ts";
import { type Filter, toParams } from "../lib/filter.ts";
import type { Selection } from "../lib/selection.ts";
import { heldItems, type Library } from "./library.ts";
import { findItem } from "./queries.ts";

/** Images that were chosen: by their ids, or all that match a filter and had been there when one looked. */
export type Chosen = { ids: readonly string[] } | { filter: Filter; before: string; count: number };

/** What a selection in a list stands for. */
export function chosenFrom(selection: Selection, { filter, total }: Library): Chosen {
  const { all, ids } = selection;
  return all ? { filter, before: all.before, count: Math.min(all.count, total) } : { ids: [...ids] };
}

export function countOf(chosen: Chosen): number {
  return "ids" in chosen ? chosen.ids.length : chosen.count;
}

/** Those of the chosen images that are loaded, so that they can change before the server has answered. */
export function loadedOf(chosen: Chosen): Item[] {
  if ("ids" in chosen) return chosen.ids.flatMap((id) => findItem(id) ?? []);
  const { filter, before } = chosen;
  const until = Date.parse(before);
  const seen = (time: string) => Date.parse(time) <= until;
  return heldItems(filter).filter(
    (item) => seen(item.createdAt) && (item.deletedAt === null || seen(item.deletedAt)),
  );
}

/** The requests that name all of them: as many as the server's bound on ids takes. */
export function targetsOf(chosen: Chosen): Target[] {
  if ("filter" in chosen) return [{ filter: { ...bodyOf(chosen.filter), before: chosen.before } }];
  const targets: Target[] = [];
  for (let start = 0; start < chosen.ids.length; start += MOST_IDS) {
    targets.push({ ids: chosen.ids.slice(start, start + MOST_IDS) });
  }
  return targets;
}

function bodyOf(filter: Filter): Record<string, unknown> {
  const { trash, starred, ...texts } = Object.fromEntries(toParams(filter));
  return { ...texts, ...(trash && { trash: true }), ...(starred && { starred: true }) };
}
