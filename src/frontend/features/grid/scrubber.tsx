import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatMonth } from "../../lib/format.ts";
import { type Layout, monthAtTop } from "../../lib/layout.ts";
import { marksOf, monthAtShare, monthFor, shareOf, topOfShare } from "../../lib/marks.ts";
import type { Store } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";

interface ScrubberProps {
  layout: Layout;
  view: number;
  /** The virtual height at the upper edge. */
  position: Store<number>;
  jump: (top: number) => void;
}

const MARGIN_PX = 12;
const SHOWN_MS = 1_500;

/** The whole library on one line at the right edge: it says where one is, and leads anywhere. */
export function Scrubber(props: ScrubberProps) {
  const { layout, view } = props;
  return view === 0 || layout.height <= view ? null : <Timeline {...props} />;
}

function Timeline({ layout, view, position, jump }: ScrubberProps) {
  const track = useRef<HTMLDivElement>(null);
  const thumb = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const awake = useAwake(position);
  const length = view - 2 * MARGIN_PX;
  const marks = useMemo(() => marksOf(layout, view, length), [layout, view, length]);
  useFollow(thumb, position, (top) => {
    setPlace(monthAtTop(layout, top));
    return shareOf(layout, view, top) * length;
  });
  const month = layout.months[place];
  const shareAt = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    return box ? Math.max(0, Math.min(1, (event.clientY - box.top) / Math.max(1, box.height))) : 0;
  };
  const goTo = (share: number) => {
    setPointed(share);
    jump(topOfShare(layout, view, share));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = monthFor(event.key, place, layout.months.length);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    jump(event.key === "End" ? layout.height : (layout.tops[next] ?? 0));
  };
  const shown = pointed ?? shareOf(layout, view, position.get());
  const label = pointed === null ? (month?.month ?? "") : monthAtShare(layout, view, pointed);
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t.grid.timeline}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={layout.months.length - 1}
      aria-valuenow={place}
      aria-valuetext={month ? t.grid.monthOf(formatMonth(month.month), month.count) : ""}
      data-open={dragging || pointed !== null || undefined}
      data-awake={awake || undefined}
      class="group/line absolute inset-y-0 right-0 z-10 w-11 cursor-pointer touch-none transition-opacity md:right-2.5 md:w-10 rounded-lg coarse:not-data-awake:not-data-open:pointer-events-none coarse:not-data-awake:not-data-open:opacity-0"
      style={{ paddingBlock: `${MARGIN_PX}px` }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
        goTo(shareAt(event));
      }}
      onPointerMove={(event) => (dragging ? goTo(shareAt(event)) : setPointed(shareAt(event)))}
      onPointerUp={() => setDragging(false)}
      onPointerCancel={() => setDragging(false)}
      onPointerLeave={() => setPointed(null)}
    >
      <div ref={track} class="relative h-full" aria-hidden="true">
        <div class="opacity-0 transition-opacity group-hover/line:opacity-100 group-data-open/line:opacity-100 group-data-awake/line:opacity-100">
          {marks.map(({ share, year, month: name }) => (
            <span
              key={name}
              class={`absolute right-1 -translate-y-1/2 ${
                year === null
                  ? "size-1 rounded-full bg-line coarse:hidden"
                  : "rounded bg-canvas px-1 text-soft text-xs"
              }`}
              style={{ top: `${share * 100}%` }}
            >
              {year}
            </span>
          ))}
        </div>
        <div
          ref={thumb}
          class="absolute top-0 right-0.5 h-0.5 w-4 rounded-full bg-soft opacity-40 coarse:-mt-4 coarse:h-9 coarse:w-1.5 coarse:ring-1 coarse:ring-canvas transition-opacity group-hover/line:opacity-100 group-focus-visible/line:opacity-100 group-data-open/line:bg-accent group-data-open/line:opacity-100 group-data-awake/line:opacity-100"
        />
        <span
          class="pointer-events-none absolute right-full mr-1 -translate-y-1/2 whitespace-nowrap rounded-lg border border-line bg-raised px-2.5 py-1 font-medium text-xs opacity-0 transition-opacity group-focus-visible/line:opacity-100 group-data-open/line:opacity-100 coarse:group-data-open/line:mr-6"
          style={{ top: `${shown * 100}%` }}
        >
          {label && formatMonth(label)}
        </span>
      </div>
    </div>
  );
}

/** Moves an element with the position, without drawing anything else. */
function useFollow(
  element: RefObject<HTMLElement>,
  position: Store<number>,
  heightAt: (top: number) => number,
) {
  const latest = useRef(heightAt);
  latest.current = heightAt;
  useLayoutEffect(() => {
    const follow = () => {
      const height = latest.current(position.get());
      if (element.current) element.current.style.transform = `translateY(${height}px)`;
    };
    follow();
    return position.subscribe(follow);
  }, [element, position, heightAt]);
}

/** True for a while after each move, so that on touch screens the line shows when it may be wanted. */
function useAwake(position: Store<number>): boolean {
  const [awake, setAwake] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setAwake(false), SHOWN_MS);
      setAwake(true);
    };
    const stop = position.subscribe(wake);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [position]);
  return awake;
}
