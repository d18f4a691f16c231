import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { brushRadius, type Step, type Stroke } from "../../lib/mask.ts";
import { t } from "../../lib/strings.ts";
import type { Point, Size } from "../../lib/zoom.ts";
import { drawOn, measurePaint, redraw, workSize } from "../../ui/mask-paper.ts";
import type { Brush } from "./mask-tools.tsx";

interface MaskCanvasProps {
  source: { full: string; label: string } & Size;
  base: HTMLImageElement | null;
  steps: readonly Step[];
  brush: Brush;
  onStep: (step: Step) => void;
  /** Told how much is painted, in percent. */
  onPainted: (percent: number) => void;
}

const KEY_STEP = 0.02;
const KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The source image with the mask over it; a brush of mouse, finger, pen or keys paints on it. */
export function MaskCanvas({ source, base, steps, brush, onStep, onPainted }: MaskCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stroke = useRef<Stroke | null>(null);
  const [cursor, setCursor] = useState<Point | null>(null);
  const [broken, setBroken] = useState(false);
  const { width, height } = source;
  const paper = workSize(source);
  const radius = brushRadius(brush.size, source);
  useLayoutEffect(() => {
    if (!canvas.current) return;
    redraw(canvas.current, base, steps, { width, height });
    onPainted(measurePaint(canvas.current));
  }, [base, steps, width, height, onPainted]);

  const pointOf = (event: PointerEvent): Point => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0 };
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  };
  const extend = (points: Point[]) => {
    const line = stroke.current;
    const last = line?.points.at(-1);
    if (!line || !canvas.current) return;
    drawOn(canvas.current, { ...line, points: last ? [last, ...points] : points }, source);
    line.points.push(...points);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || stroke.current) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    stroke.current = { kind: brush.kind, radius, points: [] };
    extend([pointOf(event)]);
  };
  const onPointerMove = (event: PointerEvent) => {
    setCursor(pointOf(event));
    if (!stroke.current) return;
    const all = event.getCoalescedEvents?.() ?? [];
    extend((all.length > 0 ? all : [event]).map(pointOf));
  };
  const finish = () => {
    if (stroke.current) onStep(stroke.current);
    stroke.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = cursor ?? { x: width / 2, y: height / 2 };
    const way = KEYS[event.key];
    if (way) {
      const step = KEY_STEP * Math.min(width, height) * (event.shiftKey ? 5 : 1);
      const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
      setCursor({ x: clamp(at.x + way[0] * step, width), y: clamp(at.y + way[1] * step, height) });
    } else if (event.key === " " || event.key === "Enter") {
      setCursor(at);
      onStep({ kind: brush.kind, radius, points: [at] });
    } else return;
    event.preventDefault();
  };
  return (
    <div class="@container-size mx-3 min-h-0 flex-1 md:mx-4">
      <div class="flex size-full items-center justify-center">
        <div
          role="application"
          aria-label={t.mask.canvas}
          aria-description={t.mask.keys}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys paint.
          tabIndex={0}
          class="relative overflow-hidden rounded-lg bg-fill"
          onKeyDown={onKeyDown}
          style={{ width: `min(100cqw, 100cqh * ${width / height})`, aspectRatio: `${width / height}` }}
        >
          {broken ? (
            <p role="alert" class="flex size-full items-center justify-center p-4 text-center text-soft">
              {t.mask.loadFailed}
            </p>
          ) : (
            <img
              src={source.full}
              alt={source.label}
              draggable={false}
              class="absolute size-full select-none"
              onError={() => setBroken(true)}
            />
          )}
          <canvas
            ref={canvas}
            width={paper.width}
            height={paper.height}
            class="absolute size-full cursor-none touch-none opacity-60"
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={finish}
            onPointerCancel={finish}
            onPointerLeave={() => !stroke.current && setCursor(null)}
          />
          {cursor && <Ring at={cursor} radius={radius} source={source} erase={brush.kind === "erase"} />}
        </div>
      </div>
    </div>
  );
}

interface RingProps {
  at: Point;
  radius: number;
  source: Size;
  erase: boolean;
}

/** Shows what the brush covers. */
function Ring({ at, radius, source: { width, height }, erase }: RingProps) {
  return (
    <div
      aria-hidden="true"
      class={`pointer-events-none absolute -translate-1/2 rounded-full border border-white shadow-[0_0_0_1px_rgb(0_0_0/0.6)] ${erase ? "border-dashed" : ""}`}
      style={{
        left: `${(at.x / width) * 100}%`,
        top: `${(at.y / height) * 100}%`,
        width: `${((2 * radius) / width) * 100}%`,
        height: `${((2 * radius) / height) * 100}%`,
      }}
    />
  );
}
