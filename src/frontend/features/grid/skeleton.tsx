import { useRef } from "preact/hooks";
import { GAP_PX, HEADING_PX, shapeFor } from "../../lib/layout.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { cellSize } from "../../state/cell-size.ts";
import { useWidth } from "../../ui/width.ts";

const ROWS = 5;

/** Holds the places of images that are still to come. */
export function LoadingGrid() {
  const frame = useRef<HTMLDivElement>(null);
  const { columns } = shapeFor(useWidth(frame), useStore(cellSize));
  return (
    <div class="min-h-0 flex-1 overflow-hidden px-1 md:px-4">
      <div
        ref={frame}
        role="status"
        aria-label={t.grid.loading}
        class="grid"
        style={{
          paddingTop: `${HEADING_PX}px`,
          gap: `${GAP_PX}px`,
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        }}
      >
        {Array.from({ length: columns * ROWS }, (_, index) => (
          <div key={index} class="aspect-square rounded-lg bg-fill" />
        ))}
      </div>
    </div>
  );
}
