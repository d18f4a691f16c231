import { ChevronsLeftRight } from "lucide-preact";
import { useState } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import type { ZoomView } from "../../ui/zoom.ts";
import { type Compared, Pane } from "./pane.tsx";

interface SliderProps {
  images: Compared;
  view: ZoomView;
}

const STEP = 2;
const LARGE_STEP = 10;

/** The left image over the right one, up to a divider that is dragged or moved by keys. */
export function Slider({ images: [left, right], view }: SliderProps) {
  const [percent, setPercent] = useState(50);
  const move = (next: number) => setPercent(Math.min(100, Math.max(0, next)));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.shiftKey) return;
    const to: Record<string, number> = {
      ArrowLeft: percent - STEP,
      ArrowDown: percent - STEP,
      ArrowRight: percent + STEP,
      ArrowUp: percent + STEP,
      PageDown: percent - LARGE_STEP,
      PageUp: percent + LARGE_STEP,
      Home: 0,
      End: 100,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(next);
  };
  const drag = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = handle.parentElement?.getBoundingClientRect();
    if (box) move(((event.clientX - box.left) / box.width) * 100);
  };
  const { host, handlers, zoom } = view;
  return (
    <div
      ref={host}
      class={`relative min-h-0 flex-1 touch-none select-none overflow-hidden ${zoom.scale > 1 ? "cursor-grab active:cursor-grabbing" : ""}`}
      {...handlers}
    >
      <div data-zoom-frame class="absolute inset-0">
        <Pane image={right} view={view} />
      </div>
      <div
        data-zoom-frame
        class="absolute inset-0 bg-canvas"
        style={{ clipPath: `inset(0 ${100 - percent}% 0 0)` }}
      >
        <Pane image={left} view={view} />
      </div>
      <div
        role="slider"
        tabIndex={0}
        aria-label={t.compare.divider}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={t.compare.dividerValue(Math.round(percent))}
        class="group absolute inset-y-0 -ml-5.5 flex w-11 cursor-ew-resize touch-none items-center justify-center outline-none"
        style={{ left: `${percent}%` }}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
      >
        <span class="absolute inset-y-0 w-0.5 bg-white/90 mix-blend-difference" aria-hidden="true" />
        <span class="relative flex size-9 items-center justify-center rounded-full bg-white text-zinc-900 group-focus-visible:outline-2 group-focus-visible:outline-accent group-focus-visible:outline-offset-2">
          <ChevronsLeftRight size={18} aria-hidden="true" />
        </span>
      </div>
    </div>
  );
}
