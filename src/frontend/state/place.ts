import { navigate } from "wouter-preact/use-browser-location";
import type { Spot } from "../lib/timeline.ts";

const MONTH = /^[12]\d{3}-(?:0[1-9]|1[0-2])$/;

/** A place in the list: an image, and how far its row is scrolled away. */
export interface Place {
  spot: Spot;
  /** Pixels of the row that are above the top edge. */
  inset: number;
}

/** The place that the address names; null is the top. */
export function placeInAddress(): Place | null {
  const params = new URLSearchParams(location.search);
  const month = params.get("at") ?? "";
  const skip = Number(params.get("skip") ?? 0);
  if (!MONTH.test(month) || !Number.isSafeInteger(skip) || skip < 0) return null;
  const { inset } = (history.state ?? {}) as { inset?: unknown };
  return { spot: { month, skip }, inset: typeof inset === "number" ? inset : 0 };
}

/** Writes the place into the address without a new step in the history. */
export function rememberPlace(place: Place | null): void {
  const params = new URLSearchParams(location.search);
  if (place) {
    params.set("at", place.spot.month);
    params.set("skip", `${place.spot.skip}`);
  } else {
    params.delete("at");
    params.delete("skip");
  }
  const query = params.toString();
  const address = query ? `${location.pathname}?${query}` : location.pathname;
  const state = { ...(history.state as object | null), inset: place?.inset ?? 0 };
  if (address === location.pathname + location.search) history.replaceState(state, "");
  else navigate(address, { replace: true, state });
}
