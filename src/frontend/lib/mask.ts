import type { Point, Size } from "./zoom.ts";

/** A line of the brush in pixels of the source image. */
export interface Stroke {
  kind: "paint" | "erase";
  radius: number;
  points: Point[];
}

/** One step of painting a mask; what is painted may change. */
export type Step = Stroke | { kind: "clear" } | { kind: "all" } | { kind: "invert" };

/** The part of a 2D canvas that painting needs. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "globalCompositeOperation"
  | "fillStyle"
  | "strokeStyle"
  | "lineCap"
  | "lineJoin"
  | "lineWidth"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "stroke"
  | "fillRect"
  | "clearRect"
>;

/** Largest and smallest radius of the brush, as parts of the shorter edge. */
const SMALLEST = 0.01;
const LARGEST = 0.25;
/** The longest edge that is painted on; the mask itself has every pixel of the source. */
const WORK_EDGE = 1600;

/** The radius in pixels of the source for a brush size from 0 to 100. */
export function brushRadius(size: number, { width, height }: Size): number {
  const part = SMALLEST * (LARGEST / SMALLEST) ** (size / 100);
  return Math.max(1, part * Math.min(width, height));
}

/** How much smaller than the source the picture is that is painted on. */
export function workScale({ width, height }: Size): number {
  return Math.min(1, WORK_EDGE / Math.max(width, height));
}

/** Paints one step; `size` and the points are in pixels of the source, the pen's own are `scale` as large. */
export function draw(pen: Pen, step: Step, size: Size, scale: number, colour: string): void {
  const box = [0, 0, Math.ceil(size.width * scale), Math.ceil(size.height * scale)] as const;
  pen.fillStyle = colour;
  pen.globalCompositeOperation = step.kind === "invert" ? "xor" : "source-over";
  if (step.kind === "clear") pen.clearRect(...box);
  else if (step.kind === "all" || step.kind === "invert") pen.fillRect(...box);
  else drawStroke(pen, step, scale, colour);
  pen.globalCompositeOperation = "source-over";
}

function drawStroke(pen: Pen, { kind, radius, points }: Stroke, scale: number, colour: string): void {
  const [first, ...rest] = points;
  if (!first) return;
  pen.globalCompositeOperation = kind === "erase" ? "destination-out" : "source-over";
  pen.strokeStyle = colour;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.lineWidth = 2 * radius * scale;
  pen.beginPath();
  pen.moveTo(first.x * scale, first.y * scale);
  // A line of no length would draw nothing, and a press without a move is a dot.
  for (const point of rest.length > 0 ? rest : [{ x: first.x + 0.01, y: first.y }]) {
    pen.lineTo(point.x * scale, point.y * scale);
  }
  pen.stroke();
}

/** How much is painted, in percent, from the four bytes of each pixel. */
export function paintedPercent(pixels: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 3; index < pixels.length; index += 4) sum += pixels[index] ?? 0;
  return pixels.length === 0 ? 0 : (sum / 255 / (pixels.length / 4)) * 100;
}

/** The steps that still count: nothing before a step that covers everything can be seen. */
export function sinceCover(steps: readonly Step[]): readonly Step[] {
  const last = steps.findLastIndex(({ kind }) => kind === "clear" || kind === "all");
  return last < 0 ? steps : steps.slice(last);
}
