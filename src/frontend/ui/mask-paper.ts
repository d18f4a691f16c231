import { draw, paintedPercent, type Step, sinceCover, workScale } from "../lib/mask.ts";
import type { Size } from "../lib/zoom.ts";

/** Only its opacity counts; the page tints it. */
const COLOUR = "#6366f1";
const SAMPLE = 64;

/** Draws all steps anew over what the mask was before. */
export function redraw(
  canvas: HTMLCanvasElement,
  base: HTMLImageElement | null,
  steps: readonly Step[],
  size: Size,
): void {
  const scale = canvas.width / size.width;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  const counting = sinceCover(steps);
  if (base && counting.length === steps.length) {
    // What the mask lets through is what was painted.
    draw(pen, { kind: "all" }, size, scale, COLOUR);
    pen.globalCompositeOperation = "destination-out";
    pen.drawImage(base, 0, 0, canvas.width, canvas.height);
    pen.globalCompositeOperation = "source-over";
  }
  for (const step of counting) draw(pen, step, size, scale, COLOUR);
}

/** Draws one more step. */
export function drawOn(canvas: HTMLCanvasElement, step: Step, size: Size): void {
  const pen = canvas.getContext("2d");
  if (pen) draw(pen, step, size, canvas.width / size.width, COLOUR);
}

/** A canvas to paint on, small enough to be quick. */
export function workSize(size: Size): Size {
  const scale = workScale(size);
  return { width: Math.round(size.width * scale), height: Math.round(size.height * scale) };
}

/** How much of a canvas is painted, in percent. */
export function measurePaint(canvas: HTMLCanvasElement): number {
  const sample = blank({ width: SAMPLE, height: SAMPLE });
  const pen = sample.getContext("2d", { willReadFrequently: true });
  if (!pen) return 0;
  pen.drawImage(canvas, 0, 0, SAMPLE, SAMPLE);
  return paintedPercent(pen.getImageData(0, 0, SAMPLE, SAMPLE).data);
}

/** The mask with every pixel of the source: opaque, and transparent where it was painted. */
export async function makeMask(
  base: HTMLImageElement | null,
  steps: readonly Step[],
  size: Size,
): Promise<Blob | null> {
  const painted = blank(size);
  redraw(painted, base, steps, size);
  const pen = painted.getContext("2d");
  if (!pen) return null;
  // Keeps of a full black picture only what was not painted.
  pen.globalCompositeOperation = "source-out";
  pen.fillStyle = "black";
  pen.fillRect(0, 0, size.width, size.height);
  return new Promise((resolve) => painted.toBlob(resolve, "image/png"));
}

export function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** An image that is ready to be drawn. */
export async function loadImage(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

function blank({ width, height }: Size): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}
