import type { Point } from "../../lib/zoom.ts";
import type { ZoomView } from "../../ui/zoom.ts";
import type { ViewerActions } from "./use-viewer-actions.ts";

type Keys = Omit<ViewerActions, "leave"> & {
  details: () => void;
  fullScreen: (() => void) | null;
  help: () => void;
  view: ZoomView;
};

const PAN_PX = 80;
const WAYS: Record<string, Point> = {
  ArrowLeft: { x: PAN_PX, y: 0 },
  ArrowRight: { x: -PAN_PX, y: 0 },
  ArrowUp: { x: 0, y: PAN_PX },
  ArrowDown: { x: 0, y: -PAN_PX },
};

/** One key for each action; Esc is the dialog's own, unless it leaves the full screen. */
export function useViewerKeys(actions: Keys): (event: KeyboardEvent) => void {
  const { view } = actions;
  const byKey: Record<string, (() => void) | null> = {
    ArrowLeft: actions.previous,
    ArrowRight: actions.next,
    s: actions.star,
    e: actions.edit,
    d: actions.download,
    i: actions.details,
    f: actions.fullScreen,
    Delete: actions.remove,
    "?": actions.help,
    "+": view.closer,
    "=": view.closer,
    "-": view.further,
    "0": view.reset,
    ...(document.fullscreenElement && { Escape: () => void document.exitFullscreen() }),
  };
  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const way = event.shiftKey ? WAYS[event.key] : undefined;
    const act = way
      ? () => view.pan(way)
      : byKey[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
}
