export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Scale 1 shows the whole image; x and y move its centre away from the frame's, in CSS pixels. */
export interface Zoom extends Point {
  scale: number;
}

export const FIT: Zoom = { scale: 1, x: 0, y: 0 };

/** At the most, a pixel of the original is this large; a small image may still grow to as many times its fit. */
const LARGEST = 4;
/** Below this a double press would hardly change anything. */
const CLOSE_TO_FIT = 1.2;

/** How far an image may be enlarged that is this wide, and shown this wide as a whole. */
export function mostScale(natural: number, fit: number): number {
  return fit > 0 ? Math.max(LARGEST, (LARGEST * natural) / fit) : LARGEST;
}

/** Enlarges or shrinks; what is under the point, which is relative to the frame's centre, stays there. */
export function zoomBy(zoom: Zoom, factor: number, at: Point, most: number): Zoom {
  const scale = Math.min(most, Math.max(1, zoom.scale * factor));
  const change = scale / zoom.scale;
  return { scale, x: at.x - (at.x - zoom.x) * change, y: at.y - (at.y - zoom.y) * change };
}

export function panBy(zoom: Zoom, by: Point): Zoom {
  return { ...zoom, x: zoom.x + by.x, y: zoom.y + by.y };
}

/** Takes back what would show more than the frame beside the image, whose size as a whole is `fit`. */
export function keepInside(zoom: Zoom, fit: Size, frame: Size): Zoom {
  const within = (offset: number, shown: number, room: number) => {
    const slack = Math.max(0, (shown * zoom.scale - room) / 2);
    // Adding zero turns a minus zero, which is another text in a style, into zero.
    return Math.min(slack, Math.max(-slack, offset)) + 0;
  };
  return {
    scale: zoom.scale,
    x: within(zoom.x, fit.width, frame.width),
    y: within(zoom.y, fit.height, frame.height),
  };
}

/** Between the whole image and its own pixels, or twice the fit when these are hardly larger. */
export function toggleZoom(zoom: Zoom, at: Point, natural: number, fit: number): Zoom {
  if (zoom.scale > 1) return FIT;
  const own = fit > 0 ? natural / fit : 1;
  return zoomBy(FIT, own > CLOSE_TO_FIT ? own : 2, at, Number.POSITIVE_INFINITY);
}

/** True when the screen shows more pixels than a smaller version of the image has. */
export function outgrows(zoom: Zoom, fit: number, version: number, density: number): boolean {
  return zoom.scale > 1 && fit * zoom.scale * density > version;
}

/** The factor of one turn of a wheel; a pinch on a trackpad comes as small turns with Ctrl held. */
export function wheelFactor(delta: number, lines: boolean, pinch: boolean): number {
  return Math.exp(-delta * (lines ? 16 : 1) * (pinch ? 0.01 : 0.0015));
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

export type Swipe = "left" | "right" | "down";

const SWIPE_PX = 48;

/** What a finger meant that moved this far; null when it was nothing in particular. */
export function swipeOf({ x, y }: Point): Swipe | null {
  if (Math.abs(x) >= SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) return x < 0 ? "left" : "right";
  return y >= 2 * SWIPE_PX && y > 2 * Math.abs(x) ? "down" : null;
}
