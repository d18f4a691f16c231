import { useRef } from "preact/hooks";
import { GAP_PX } from "../../lib/layout.ts";
import { isSelected, isSelecting, type Selection } from "../../lib/selection.ts";
import { assignKeys, type RowKeys } from "../../lib/slots.ts";
import type { MonthCount } from "../../lib/timeline.ts";
import type { Library } from "../../state/library.ts";
import { memo } from "../../ui/memo.ts";
import { MonthLabel } from "./month.tsx";
import { EmptyTile, Tile, type TileHandlers } from "./tile.tsx";

interface GridRowProps {
  row: number;
  /** The scroller's own height of it. */
  at: number;
  first: number;
  count: number;
  columns: number;
  cell: number;
  /** False for a row that flies past, whose cells are mere colours. */
  full: boolean;
  library: Library;
  selection: Selection;
  /** The cell that Tab reaches, when it is in this row. */
  focused: number | null;
  onFocus: (index: number) => void;
  handlers: TileHandlers;
}

/** A row of cells; its elements are used again for other rows. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, at, first, count, columns, cell, full, library, selection, focused, onFocus, handlers } =
    props;
  const items = Array.from({ length: count }, (_, column) => library.itemAt(first + column));
  const keys = useKeys(items.map((item, column) => item?.id ?? `${first + column}`));
  const cells = items.map((item, column) => {
    const index = first + column;
    const place = { index, column: column + 1, focusable: index === focused, onFocus };
    return item && full ? (
      <Tile
        key={keys[column]}
        {...place}
        item={item}
        size={cell}
        selected={isSelected(selection, item)}
        selecting={isSelecting(selection)}
        handlers={handlers}
      />
    ) : (
      <EmptyTile key={keys[column]} {...place} item={item} />
    );
  });
  return (
    <div
      role="row"
      aria-rowindex={row + 1}
      class="absolute inset-x-0 top-0 grid"
      style={{
        transform: `translateY(${at}px)`,
        height: `${cell}px`,
        gap: `${GAP_PX}px`,
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
      }}
    >
      {cells}
    </div>
  );
});

function useKeys(names: readonly string[]): readonly number[] {
  const last = useRef(0);
  const row = useRef<RowKeys>({ names: [], keys: [] });
  row.current = assignKeys(row.current, names, () => ++last.current);
  return row.current.keys;
}

interface HeadingRowProps {
  row: number;
  at: number;
  columns: number;
  month: MonthCount;
}

export const HeadingRow = memo(function HeadingRow({ row, at, columns, month }: HeadingRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={row + 1}
      class="absolute inset-x-0 top-0"
      style={{ transform: `translateY(${at}px)` }}
    >
      <div role="rowheader" aria-colindex={1} aria-colspan={columns}>
        <MonthLabel month={month} />
      </div>
    </div>
  );
});
