/**
 * Gives each row a slot: a row keeps the one it has, and a new row takes over one that became free, so that its
 * elements are used again.
 */
export function assignSlots(
  before: ReadonlyMap<number, number>,
  rows: readonly number[],
): Map<number, number> {
  const slots = new Map<number, number>();
  const taken = new Set<number>();
  for (const row of rows) {
    const slot = before.get(row);
    if (slot === undefined) continue;
    slots.set(row, slot);
    taken.add(slot);
  }
  let free = 0;
  for (const row of rows) {
    if (slots.has(row)) continue;
    while (taken.has(free)) free += 1;
    slots.set(row, free);
    taken.add(free);
  }
  return slots;
}

/** The rows that were complete and are still there, and as many more as `budget` allows, the middle ones first. */
export function fullRows(before: ReadonlySet<number>, rows: readonly number[], budget: number): Set<number> {
  const full = new Set(rows.filter((row) => before.has(row)));
  const middle = rows[rows.length >> 1] ?? 0;
  const lacking = rows.filter((row) => !full.has(row));
  lacking.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  for (const row of lacking.slice(0, budget)) full.add(row);
  return full;
}

/** The elements of a row: which image each shows. */
export interface RowKeys {
  names: readonly string[];
  keys: readonly number[];
}

/**
 * Gives each image of a row the key of its element. While images move along a row their elements go with them, and
 * those that enter get new ones; a row that shows none of the images of before uses all its elements again.
 *
 * @param fresh makes a key that was never used.
 */
export function assignKeys(before: RowKeys, names: readonly string[], fresh: () => number): RowKeys {
  const known = new Map(before.names.map((name, place) => [name, before.keys[place]]));
  const moved = names.some((name) => known.has(name));
  return {
    names,
    keys: names.map((name, place) => (moved ? known.get(name) : before.keys[place]) ?? fresh()),
  };
}
