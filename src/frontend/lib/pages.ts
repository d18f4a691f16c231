import type { Item } from "../api/types.gen.ts";

/** Sorts newest first; times may carry fractions of different length, so text order alone is wrong. */
export function compareItems(a: Item, b: Item): number {
  const left = orderKey(a);
  const right = orderKey(b);
  return left < right ? 1 : left > right ? -1 : 0;
}

function orderKey(item: Item): string {
  const time = item.createdAt;
  return time.slice(0, 19) + time.slice(20, -1).padEnd(9, "0") + item.id;
}
