import { MOST_IDS, type Target } from "../api/bulk.ts";
import type { Item } from "../api/types.gen.ts";
import { type Filter, toParams } from "../lib/filter.ts";
import { isSelected, type Selection } from "../lib/selection.ts";
import { heldItems, type Library } from "./library.ts";
import { findItem } from "./queries.ts";

/**
 * Images that were chosen: by their ids, or all that match a filter and had been there when one looked, without
 * some of them, and with single ones that came later.
 */
export type Chosen =
  | { ids: readonly string[] }
  | { filter: Filter; before: string; without: readonly string[]; also: readonly string[]; count: number };

/** What a selection in a list stands for, and how many images that is. */
export function chosenFrom({ all, ids }: Selection, { filter }: Library, count: number): Chosen {
  if (!all || count === ids.size) return { ids: [...ids] };
  return { filter, before: all.before, without: [...all.without], also: [...ids], count };
}

export function countOf(chosen: Chosen): number {
  return "ids" in chosen ? chosen.ids.length : chosen.count;
}

/** Those of the chosen images that are loaded, so that they can change before the server has answered. */
export function loadedOf(chosen: Chosen): Item[] {
  if ("ids" in chosen) return chosen.ids.flatMap((id) => findItem(id) ?? []);
  const { filter, before, without, also, count } = chosen;
  const selection = { ids: new Set(also), all: { before, count, without: new Set(without) }, anchor: null };
  return heldItems(filter).filter((item) => isSelected(selection, item));
}

/** The requests that name all of them: as many as the server's bound on ids takes. */
export function targetsOf(chosen: Chosen): Target[] {
  if ("ids" in chosen) return targetsOfIds(chosen.ids);
  const { filter, before, without, also } = chosen;
  const all = { ...bodyOf(filter), before };
  return [{ filter: all, ...(without.length > 0 && { except: [...without] }) }, ...targetsOfIds(also)];
}

function targetsOfIds(ids: readonly string[]): Target[] {
  const targets: Target[] = [];
  for (let start = 0; start < ids.length; start += MOST_IDS) {
    targets.push({ ids: ids.slice(start, start + MOST_IDS) });
  }
  return targets;
}

function bodyOf(filter: Filter): Record<string, unknown> {
  const { trash, starred, ...texts } = Object.fromEntries(toParams(filter));
  return { ...texts, ...(trash && { trash: true }), ...(starred && { starred: true }) };
}
