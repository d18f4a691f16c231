import type { ViewerActions } from "./use-viewer-actions.ts";

type Keys = ViewerActions & { details: () => void };

/** One key for each action; Esc is the dialog's own. */
export function useViewerKeys(actions: Keys): (event: KeyboardEvent) => void {
  const byKey: Record<string, (() => void) | null> = {
    ArrowLeft: actions.previous,
    ArrowRight: actions.next,
    s: actions.star,
    e: actions.edit,
    d: actions.download,
    i: actions.details,
    Delete: actions.remove,
  };
  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const act = byKey[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
}
