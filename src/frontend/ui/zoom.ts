import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import {
  FIT,
  keepInside,
  mostScale,
  type Point,
  panBy,
  type Size,
  type Swipe,
  toggleZoom,
  type Zoom,
  zoomBy,
} from "../lib/zoom.ts";
import { usePointers } from "./zoom-pointers.ts";

const CENTRE: Point = { x: 0, y: 0 };
const STEP = 1.5;

/** Images in one or more frames that are enlarged and moved together. */
export interface ZoomView {
  zoom: Zoom;
  /** How far a finger has dragged the whole image, before it is let go. */
  drag: Point | null;
  /** What holds the frames, each marked `data-zoom-frame`; its images are marked `data-zoom-image`. */
  host: RefObject<HTMLDivElement>;
  handlers: ReturnType<typeof usePointers>;
  closer: () => void;
  further: () => void;
  reset: () => void;
  pan: (by: Point) => void;
  /** How large a pixel of the original is on the screen, in percent of a CSS pixel. */
  percent: () => number;
}

interface ZoomOptions {
  /** A new key shows the whole image again. */
  key: string;
  /** The width of the largest original. */
  natural: number;
  onSwipe?: (swipe: Swipe) => void;
}

export function useZoom({ key, natural, onSwipe }: ZoomOptions): ZoomView {
  const host = useRef<HTMLDivElement>(null);
  const [state, setState] = useState({ key, zoom: FIT });
  const [drag, setDrag] = useState<Point | null>(null);
  const zoom = state.key === key ? state.zoom : FIT;
  const change = (next: (current: Zoom, fit: Size) => Zoom) =>
    setState((current) => {
      const { fit, frame } = measure(host.current);
      const from = current.key === key ? current.zoom : FIT;
      return { key, zoom: keepInside(next(from, fit), fit, frame) };
    });
  const by = (factor: number, at: Point) =>
    change((current, fit) => zoomBy(current, factor, at, mostScale(natural, fit.width)));
  const pan = (way: Point) => change((current) => panBy(current, way));
  const handlers = usePointers({
    zoomed: zoom.scale > 1,
    onZoom: by,
    onPan: pan,
    onToggle: (at) => change((current, fit) => toggleZoom(current, at, natural, fit.width)),
    onDrag: setDrag,
    ...(onSwipe && { onSwipe }),
  });
  return {
    zoom,
    drag,
    host,
    handlers,
    closer: () => by(STEP, CENTRE),
    further: () => by(1 / STEP, CENTRE),
    reset: () => change(() => FIT),
    pan,
    percent: () => Math.round((100 * zoom.scale * measure(host.current).fit.width) / Math.max(1, natural)),
  };
}

/** The style that shows an image at this zoom. */
export function zoomStyle({ zoom, drag }: Pick<ZoomView, "zoom" | "drag">) {
  const { scale, x, y } = zoom;
  if (scale === 1 && !drag) return {};
  return {
    transform: `translate(${x + (drag?.x ?? 0)}px, ${y + Math.max(0, drag?.y ?? 0)}px) scale(${scale})`,
  };
}

/** The size of a frame, and of the largest image in the frames as a whole; transforms do not change these. */
function measure(host: HTMLElement | null): { fit: Size; frame: Size } {
  const frame = host?.querySelector<HTMLElement>("[data-zoom-frame]");
  const images = [...(host?.querySelectorAll<HTMLElement>("[data-zoom-image]") ?? [])];
  return {
    fit: {
      width: Math.max(0, ...images.map((image) => image.offsetWidth)),
      height: Math.max(0, ...images.map((image) => image.offsetHeight)),
    },
    frame: { width: frame?.clientWidth ?? 0, height: frame?.clientHeight ?? 0 },
  };
}
