import { useEffect, useReducer, useRef } from "preact/hooks";
import { type Layout, type Row, rowOf } from "../../lib/layout.ts";
import type { Selection } from "../../lib/selection.ts";
import { assignSlots, fullRows } from "../../lib/slots.ts";
import { useStore } from "../../lib/store.ts";
import type { Library } from "../../state/library.ts";
import { settled } from "../../ui/near.ts";
import type { VirtualScroll } from "../../ui/virtual-scroll.ts";
import type { useRovingFocus } from "./focus.ts";
import { GridRow, HeadingRow } from "./row.tsx";
import type { TileHandlers } from "./tile.tsx";

interface RowsProps {
  rows: Row[];
  layout: Layout;
  scroll: VirtualScroll;
  library: Library;
  selection: Selection;
  focus: ReturnType<typeof useRovingFocus>;
  handlers: TileHandlers;
}

const ROWS_A_FRAME = 3;

/** The rows near the viewport, and the one that has the focus wherever it is. */
export function Rows({ rows, layout, scroll, library, selection, focus, handlers }: RowsProps) {
  const slots = useRef<ReadonlyMap<number, number>>(new Map());
  const drawn = focus.inside ? withRow(rows, rowOf(layout, focus.index)) : rows;
  const numbers = drawn.flatMap(({ kind, row }) => (kind === "cells" ? [row] : []));
  slots.current = assignSlots(slots.current, numbers);
  const full = useFull(numbers);
  const { columns, cell, step } = layout;
  // A row that is kept for its focus must not make the scroller taller.
  const place = (top: number) => Math.max(0, Math.min(top - scroll.base, scroll.physical - step));
  return (
    <>
      {drawn.map((row) =>
        row.kind === "heading" ? (
          <HeadingRow
            key={row.month.month}
            row={row.row}
            at={row.top - scroll.base}
            columns={columns}
            month={row.month}
          />
        ) : (
          <GridRow
            key={slots.current.get(row.row)}
            row={row.row}
            at={place(row.top)}
            first={row.first}
            count={row.count}
            columns={columns}
            cell={cell}
            full={full.has(row.row)}
            library={library}
            selection={selection}
            focused={focus.index >= row.first && focus.index < row.first + row.count ? focus.index : null}
            onFocus={focus.set}
            handlers={handlers}
          />
        ),
      )}
    </>
  );
}

/**
 * The rows that are drawn with all their parts. What flies past has none; when it comes to rest, a few rows are
 * completed in each frame, so that none takes long.
 */
function useFull(rows: readonly number[]): ReadonlySet<number> {
  const [, again] = useReducer<number, void>((n) => n + 1, 0);
  const rested = useStore(settled);
  const full = useRef<ReadonlySet<number> | null>(null);
  const budget = full.current === null ? rows.length : rested ? ROWS_A_FRAME : 0;
  full.current = fullRows(full.current ?? new Set(), rows, budget);
  const lacking = rested && full.current.size < rows.length;
  useEffect(() => {
    if (!lacking) return;
    const frame = requestAnimationFrame(() => again());
    return () => cancelAnimationFrame(frame);
  });
  return full.current;
}

function withRow(rows: Row[], added: Row | null): Row[] {
  if (!added || rows.some(({ row }) => row === added.row)) return rows;
  return [...rows, added].sort((a, b) => a.row - b.row);
}
