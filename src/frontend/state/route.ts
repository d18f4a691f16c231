import { useSearch } from "wouter-preact";
import { navigate } from "wouter-preact/use-browser-location";

const IMAGE = "image";
const COMPARE = "compare";

let closing: Promise<void> | undefined;

/** The id of the image in the viewer; it lives in the address, so Back closes the viewer. */
export function useViewedId(): string | null {
  return new URLSearchParams(useSearch()).get(IMAGE);
}

/** The two images that are compared, from the address like the one in the viewer. */
export function useComparedIds(): readonly [string, string] | null {
  const [left, right, ...more] = (new URLSearchParams(useSearch()).get(COMPARE) ?? "").split(",");
  return left && right && more.length === 0 ? [left, right] : null;
}

export function openViewer(id: string): void {
  navigate(addressOf(IMAGE, id), { state: { opened: true } });
}

/** Shows another image without a new step in the history. */
export function showInViewer(id: string): void {
  navigate(addressOf(IMAGE, id), { replace: true, state: history.state as unknown });
}

/** Shows two images beside each other; Back closes them. */
export function openCompare(left: string, right: string): void {
  navigate(addressOf(COMPARE, `${left},${right}`), { state: { opened: true } });
}

/** Goes back to where the viewer was opened, and settles when the address has changed. */
export function closeViewer(): Promise<void> {
  return close(IMAGE);
}

export function closeCompare(): Promise<void> {
  return close(COMPARE);
}

async function close(param: string): Promise<void> {
  const state = history.state as { opened?: boolean } | null;
  if (!state?.opened) {
    navigate(addressOf(param, null), { replace: true });
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

/** This page's address with one part of its query changed. */
function addressOf(param: string, value: string | null): string {
  const query = new URLSearchParams(location.search);
  if (value) query.set(param, value);
  else query.delete(param);
  const text = query.toString().replaceAll("%2C", ",");
  return text ? `${location.pathname}?${text}` : location.pathname;
}
