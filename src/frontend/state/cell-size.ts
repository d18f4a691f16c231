import { LEAST_CELL, MOST_CELL, USUAL_CELL } from "../lib/layout.ts";
import { createStore } from "../lib/store.ts";

const KEY = "aiimagecraft.cell";

/** About how wide the person wants the cells of grids, in pixels. */
export const cellSize = createStore(stored());

export function setCellSize(size: number): void {
  cellSize.set(bounded(size));
  localStorage.setItem(KEY, `${cellSize.get()}`);
}

function stored(): number {
  const size = Number(localStorage.getItem(KEY) ?? USUAL_CELL);
  return Number.isFinite(size) ? bounded(size) : USUAL_CELL;
}

function bounded(size: number): number {
  return Math.max(LEAST_CELL, Math.min(MOST_CELL, size));
}
