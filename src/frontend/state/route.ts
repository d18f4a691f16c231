import { useSearch } from "wouter-preact";
import { navigate } from "wouter-preact/use-browser-location";

const PARAM = "image";

let closing: Promise<void> | undefined;

/** The id of the image in the viewer; it lives in the address, so Back closes the viewer. */
export function useViewedId(): string | null {
  return new URLSearchParams(useSearch()).get(PARAM);
}

export function openViewer(id: string): void {
  navigate(addressOf(id), { state: { opened: true } });
}

/** Shows another image without a new step in the history. */
export function showInViewer(id: string): void {
  navigate(addressOf(id), { replace: true, state: history.state as unknown });
}

/** Goes back to where the viewer was opened, and settles when the address has changed. */
export async function closeViewer(): Promise<void> {
  const state = history.state as { opened?: boolean } | null;
  if (!state?.opened) {
    navigate(addressOf(null), { replace: true });
    return;
  }
  closing ??= new Promise<void>((resolve) => {
    window.addEventListener("popstate", () => resolve(), { once: true });
    history.back();
  }).finally(() => {
    closing = undefined;
  });
  await closing;
}

function addressOf(id: string | null): string {
  const query = new URLSearchParams(location.search);
  if (id) query.set(PARAM, id);
  else query.delete(PARAM);
  const text = query.toString();
  return text ? `${location.pathname}?${text}` : location.pathname;
}
