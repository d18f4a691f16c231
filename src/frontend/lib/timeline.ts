import type { Item } from "../api/types.gen.ts";

/** How many images a month holds; months are `2026-11`, UTC, newest first. */
export interface MonthCount {
  month: string;
  count: number;
}

/** A place that outlives changes of other months: `skip` images into a month. */
export interface Spot {
  month: string;
  skip: number;
}

export function monthOf(item: Pick<Item, "createdAt">): string {
  return item.createdAt.slice(0, 7);
}

export function totalOf(months: readonly MonthCount[]): number {
  return months.reduce((sum, { count }) => sum + count, 0);
}

/** The months with `by` images more in each named one; empty months vanish. */
export function adjust(months: readonly MonthCount[], changes: ReadonlyMap<string, number>): MonthCount[] {
  const counts = new Map(months.map(({ month, count }) => [month, count]));
  for (const [month, by] of changes) counts.set(month, (counts.get(month) ?? 0) + by);
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([month, count]) => ({ month, count }))
    .sort((a, b) => (a.month < b.month ? 1 : -1));
}

/** The months of images that stand in order. */
export function monthsOf(items: readonly Item[]): MonthCount[] {
  const changes = new Map<string, number>();
  for (const item of items) changes.set(monthOf(item), (changes.get(monthOf(item)) ?? 0) + 1);
  return adjust([], changes);
}

/** Where an index lies; beyond the end, just after the last image. */
export function spotAt(months: readonly MonthCount[], index: number): Spot | null {
  let start = 0;
  for (const { month, count } of months) {
    if (index < start + count) return { month, skip: Math.max(0, index - start) };
    start += count;
  }
  return null;
}

/** The index of a place; in a month that is gone or has shrunk, the nearest one. */
export function indexAt(months: readonly MonthCount[], { month, skip }: Spot): number {
  let start = 0;
  for (const entry of months) {
    if (entry.month < month) return start;
    if (entry.month === month) return start + Math.min(skip, entry.count - 1);
    start += entry.count;
  }
  return Math.max(0, start - 1);
}
