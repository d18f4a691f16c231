import { useCallback, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { HEADING_PX, layoutOf, monthAtTop, rowsBetween, shapeFor, spanOf, topOf } from "../../lib/layout.ts";
import { createStore, useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { cellSize } from "../../state/cell-size.ts";
import type { Library } from "../../state/library.ts";
import { useViewedId } from "../../state/route.ts";
import { settled } from "../../ui/near.ts";
import { useVirtualScroll } from "../../ui/virtual-scroll.ts";
import { useWidth } from "../../ui/width.ts";
import { useRovingFocus } from "./focus.ts";
import { StickyMonth } from "./month.tsx";
import { useMoves } from "./moves.ts";
import { usePlace } from "./place.ts";
import { Rows } from "./rows.tsx";
import { useRubberBand } from "./rubber-band.ts";
import { Scrubber } from "./scrubber.tsx";
import type { TileHandlers } from "./tile.tsx";
import type { Selecting } from "./use-selection.ts";

interface GridProps {
  library: Library;
  selecting: Selecting;
  handlers: TileHandlers;
}

/** Beyond the 200 px at which pictures are asked for. */
const OVERSCAN_PX = 320;
const TAIL_PX = 16;
/** Room for the toolbar below the last row. */
const TOOLBAR_PX = 112;

/** A list of any length in which only the rows near the viewport exist. */
export function Grid({ library, selecting, handlers }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const width = useWidth(body);
  const wish = useStore(cellSize);
  const rested = useStore(settled);
  const viewed = useViewedId();
  const shape = useMemo(() => shapeFor(width, wish), [width, wish]);
  const layout = useMemo(() => layoutOf(library.months, shape), [library.months, shape]);
  const tail = selecting.active ? TOOLBAR_PX : TAIL_PX;
  const position = useMemo(() => createStore(0), []);
  const onMove = useRef<(top: number, atRest: boolean) => void>(() => undefined);
  const drawnAt = (top: number, view: number) =>
    rowsBetween(layout, top - OVERSCAN_PX, top + view + OVERSCAN_PX);
  const scroll = useVirtualScroll(
    scroller,
    layout.height + tail,
    (top, atRest) => onMove.current(top, atRest),
    (top, view) => {
      const rows = drawnAt(top, view);
      const seen = spanOf(rowsBetween(layout, top, top + view));
      return [rows[0]?.row, rows.at(-1)?.row, seen.from, seen.to, monthAtTop(layout, top)].join();
    },
  );
  const { top, view, jump, now } = scroll;
  const keepPlace = usePlace(library, layout, width > 0 && view > 0, jump, viewed !== null);
  useMoves(body, library, layout, scroll, viewed !== null);
  onMove.current = (at, atRest) => {
    position.set(at);
    keepPlace(at, atRest);
  };
  const reveal = useCallback(
    (index: number) => {
      const start = topOf(layout, index);
      if (start - HEADING_PX < top) jump(start - HEADING_PX);
      else if (start + layout.step + tail > top + view) jump(start + layout.step + tail - view);
    },
    [layout, top, view, tail, jump],
  );
  const page = Math.max(1, Math.floor((view - HEADING_PX) / layout.step));
  const focus = useRovingFocus(body, library, layout, page, reveal);
  const band = useRubberBand(scroller, body, {
    layout,
    library,
    scroll,
    selection: selecting.selection,
    onSelect: selecting.selectOver,
  });
  const seen = spanOf(rowsBetween(layout, top, top + view));
  const { ensure, certain } = library;
  useLayoutEffect(() => {
    // A jump of this very moment is drawn next; what shows before it, or flies past, is not worth asking for.
    if (rested && view > 0 && width > 0 && viewed === null && now() === top) ensure(seen);
  }, [ensure, rested, now, top, certain, width, view, viewed, seen.from, seen.to]);
  // What the viewer shows is in view below it, so that closing it leads there.
  const viewedAt = viewed === null ? -1 : library.indexOf(viewed);
  useLayoutEffect(() => {
    if (viewedAt >= 0) reveal(viewedAt);
  }, [viewedAt]);

  return (
    <div class="relative flex min-h-0 flex-1">
      <div
        ref={scroller}
        data-scroller
        tabIndex={-1}
        onScroll={scroll.onScroll}
        class="min-h-0 flex-1 select-none overflow-y-scroll px-1 outline-none [overflow-anchor:none] [scrollbar-color:var(--color-line)_transparent] [scrollbar-width:thin] md:pr-13 md:pl-4"
      >
        <StickyMonth month={layout.months[monthAtTop(layout, top)]} />
        <div
          ref={body}
          role="grid"
          aria-label={t.grid.label}
          aria-rowcount={certain ? layout.rows : -1}
          aria-colcount={layout.columns}
          aria-multiselectable="true"
          class={`relative ${rested ? "" : "pointer-events-none"}`}
          style={{ height: `${scroll.physical}px` }}
          onKeyDown={focus.onKeyDown}
          onFocusIn={focus.onFocusIn}
          onFocusOut={focus.onFocusOut}
        >
          {width > 0 && (
            <Rows
              rows={drawnAt(top, view)}
              layout={layout}
              scroll={scroll}
              library={library}
              selection={selecting.selection}
              focus={focus}
              handlers={handlers}
            />
          )}
          {band && (
            <div
              aria-hidden="true"
              class="pointer-events-none absolute z-10 rounded-sm border border-accent bg-indigo-500/15"
              style={{
                left: `${band.left}px`,
                top: `${band.top}px`,
                width: `${band.right - band.left}px`,
                height: `${band.bottom - band.top}px`,
              }}
            />
          )}
        </div>
      </div>
      <Scrubber layout={layout} view={view} position={position} jump={jump} />
    </div>
  );
}
