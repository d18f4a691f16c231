import { type Layout, monthAtTop } from "./layout.ts";

/** A place on the timeline, as a share of its length. */
export interface Mark {
  share: number;
  /** A year that begins (or ends, as one goes back) there, or nothing for a month. */
  year: string | null;
  month: string;
}

const LEAST_PX = 28;
const LEAST_DOT_PX = 7;

/** What is written beside the timeline: years where they do not touch, months as dots where there is room. */
export function marksOf(layout: Layout, view: number, length: number): Mark[] {
  const marks: Mark[] = [];
  let lastYear = Number.NEGATIVE_INFINITY;
  let lastDot = Number.NEGATIVE_INFINITY;
  for (const [place, { month }] of layout.months.entries()) {
    const share = shareOf(layout, view, layout.tops[place] ?? 0);
    const at = share * length;
    const year = month.slice(0, 4);
    const newYear = layout.months[place - 1]?.month.slice(0, 4) !== year;
    if (newYear && at - lastYear >= LEAST_PX && at <= length - LEAST_PX / 2) {
      marks.push({ share, year, month });
      lastYear = at;
      lastDot = at + LEAST_DOT_PX;
    } else if (at - lastDot >= LEAST_DOT_PX && at - lastYear >= LEAST_PX / 2) {
      marks.push({ share, year: null, month });
      lastDot = at;
    }
  }
  return marks;
}

export function shareOf(layout: Layout, view: number, top: number): number {
  return Math.max(0, Math.min(1, top / Math.max(1, layout.height - view)));
}

export function topOfShare(layout: Layout, view: number, share: number): number {
  return Math.round(share * Math.max(0, layout.height - view));
}

/** The month that a key leads to: up and down by one, by twelve, to the ends; null for other keys. */
export function monthFor(key: string, place: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowUp: -1,
    ArrowLeft: -1,
    ArrowDown: 1,
    ArrowRight: 1,
    PageUp: -12,
    PageDown: 12,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(count - 1, place + step));
}

export function monthAtShare(layout: Layout, view: number, share: number): string {
  return layout.months[monthAtTop(layout, topOfShare(layout, view, share))]?.month ?? "";
}
