export const GAP_PX = 4;
const CELL_PX = 180;
const FEWEST_COLUMNS = 3;

/** How a list of square cells fills a width. */
export interface Geometry {
  columns: number;
  cell: number;
  /** Distance from one row's top to the next. */
  step: number;
}

export function geometry(width: number): Geometry {
  const columns = Math.max(FEWEST_COLUMNS, Math.floor((width + GAP_PX) / (CELL_PX + GAP_PX)));
  const cell = Math.max(1, (width - GAP_PX * (columns - 1)) / columns);
  return { columns, cell, step: cell + GAP_PX };
}

/** A place in the list that outlives inserts, removals and a change of width. */
export interface Anchor {
  /** The images of the first rows on screen. */
  ids: string[];
  columns: number;
  /** Scroll distance below the top of the first row. */
  offset: number;
}

export function anchorAt(scrollTop: number, ids: readonly string[], { columns, step }: Geometry): Anchor {
  const row = Math.floor(scrollTop / step);
  const start = row * columns;
  return { ids: ids.slice(start, start + columns * 4), columns, offset: scrollTop - row * step };
}

/**
 * The scroll position that shows the anchor again, or null when none of its images is left. The middle of
 * its first row decides, so that an image more or less above moves nothing by a whole row.
 */
export function scrollTopFor(
  anchor: Anchor,
  ids: readonly string[],
  { columns, step }: Geometry,
): number | null {
  const places = new Map(ids.map((id, index) => [id, index]));
  const middle = Math.floor(anchor.columns / 2);
  const order = [...anchor.ids.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  for (const position of order) {
    const index = places.get(anchor.ids[position] ?? "");
    if (index === undefined) continue;
    const row = Math.floor(index / columns) - Math.floor(position / anchor.columns);
    return Math.max(0, row * step + anchor.offset);
  }
  return null;
}

/** The index that an arrow, Home or End key leads to, or null for any other key. */
export function moveFocus(key: string, index: number, columns: number, count: number): number | null {
  const targets: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - columns,
    ArrowDown: index + columns,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  if (target === undefined) return null;
  return target >= 0 && target < count ? target : index;
}
