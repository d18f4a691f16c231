import { LEAST_CELL, MOST_CELL } from "../../lib/layout.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { cellSize, setCellSize } from "../../state/cell-size.ts";

const STEP_PX = 20;

/** Makes the cells of the grid smaller or larger; what is in view stays in view. */
export function CellSizeSlider() {
  const size = useStore(cellSize);
  return (
    <input
      type="range"
      aria-label={t.grid.cellSize}
      title={t.grid.cellSize}
      min={LEAST_CELL}
      max={MOST_CELL}
      step={STEP_PX}
      value={size}
      class="quiet-range h-8 w-24 cursor-pointer"
      onInput={(event) => setCellSize(event.currentTarget.valueAsNumber)}
    />
  );
}
