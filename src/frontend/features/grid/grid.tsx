import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { geometry, moveFocus } from "../../lib/geometry.ts";
import { t } from "../../lib/strings.ts";
import { useVirtualRows } from "../../ui/virtual-rows.ts";
import { useWidth } from "../../ui/width.ts";
import { GridEnd } from "./grid-end.tsx";
import { usePlace } from "./place.ts";
import { GridRow } from "./row.tsx";
import type { TileHandlers } from "./tile.tsx";

interface GridProps {
  /** Which list this is; its place is remembered under this name. */
  name: string;
  items: Item[];
  selected: ReadonlySet<string>;
  handlers: TileHandlers;
  hasMore: boolean;
  loading: boolean;
  error: Error | null;
  loadMore: () => void;
  onAway: (away: boolean) => void;
}

const LOAD_AHEAD_ROWS = 2;

/** A list of any length in which only the rows near the viewport exist. */
export function Grid(props: GridProps) {
  const { name, items, hasMore, loading, error, loadMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const width = useWidth(body);
  const shape = useMemo(() => geometry(width), [width]);
  const ids = useMemo(() => items.map((item) => item.id), [items]);
  const count = width > 0 ? Math.ceil(items.length / shape.columns) : 0;
  const { rows, items: visible } = useVirtualRows({
    count,
    step: shape.step,
    scroller: () => scroller.current,
  });
  const onScroll = usePlace(name, scroller, ids, shape, props.onAway);
  const focus = useRovingFocus(ids, shape.columns, (row) => rows.scrollToIndex(row));
  const lastRow = visible.at(-1)?.index ?? 0;
  useLayoutEffect(() => {
    if (width > 0 && hasMore && !loading && !error && lastRow >= count - LOAD_AHEAD_ROWS) loadMore();
  }, [width, hasMore, loading, error, lastRow, count, loadMore]);

  return (
    <div
      ref={scroller}
      data-scroller
      onScroll={onScroll}
      class={`min-h-0 flex-1 overflow-y-auto p-1 md:p-4 ${props.selected.size > 0 ? "scroll-pb-24 pb-24!" : ""}`}
    >
      <div
        ref={body}
        role="grid"
        aria-label={t.grid.label}
        aria-rowcount={hasMore ? -1 : count}
        aria-colcount={shape.columns}
        aria-multiselectable="true"
        class="relative"
        style={{ height: `${count * shape.step}px` }}
        onKeyDown={focus.onKeyDown}
      >
        {visible.map((row) => (
          <GridRow
            key={row.key}
            index={row.index}
            shape={shape}
            items={items.slice(row.index * shape.columns, (row.index + 1) * shape.columns)}
            selected={props.selected}
            focused={focus.id}
            onFocus={focus.set}
            handlers={props.handlers}
          />
        ))}
      </div>
      <GridEnd shape={shape} hasMore={hasMore} error={error} onRetry={loadMore} />
    </div>
  );
}

/** One tile at a time is reached by Tab; the arrows move on from there. */
function useRovingFocus(ids: readonly string[], columns: number, reveal: (row: number) => void) {
  const [chosen, set] = useState<string | null>(null);
  const index = Math.max(0, chosen === null ? 0 : ids.indexOf(chosen));
  const pending = useRef<string | null>(null);
  useLayoutEffect(() => {
    const cell = pending.current && document.getElementById(`tile-${pending.current}`);
    if (!cell) return;
    pending.current = null;
    cell.focus({ preventScroll: true });
  });
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const next = moveFocus(event.key, index, columns, ids.length);
      const id = next === null ? undefined : ids[next];
      if (next === null || id === undefined) return;
      event.preventDefault();
      pending.current = id;
      reveal(Math.floor(next / columns));
      set(id);
    },
    [ids, index, columns, reveal],
  );
  return { id: ids[index] ?? null, set, onKeyDown };
}
