import type { Item } from "../api/types.gen.ts";
import { timeKey } from "./times.ts";

/** Sorts newest first. */
export function compareItems(a: Item, b: Item): number {
  const left = orderKey(a);
  const right = orderKey(b);
  return left < right ? 1 : left > right ? -1 : 0;
}

function orderKey(item: Item): string {
  return timeKey(item.createdAt) + item.id;
}
