const DAY_MS = 86_400_000;
const NAME = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
const MONTH = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });

/** Days as `2026-11-21`, UTC like the gallery's months; `to` is the day after the last. */
export interface DayRange {
  from: string | null;
  to: string | null;
}

export const PRESETS = ["today", "week", "month", "year"] as const;
export type Preset = (typeof PRESETS)[number];

export function rangeOf(preset: Preset, now: number): DayRange {
  const today = dayOf(now);
  const starts: Record<Preset, string> = {
    today,
    week: addDays(today, -6),
    month: `${today.slice(0, 7)}-01`,
    year: `${today.slice(0, 4)}-01-01`,
  };
  return { from: starts[preset], to: null };
}

/** The preset that a range is today, if it is one. */
export function presetOf(range: DayRange, now: number): Preset | null {
  if (range.to !== null || range.from === null) return null;
  return PRESETS.find((preset) => rangeOf(preset, now).from === range.from) ?? null;
}

export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS);
}

/** A range in as few words as it takes, such as `November 2026` or `Nov 1 – 7, 2026`. */
export function nameRange(
  range: DayRange,
  words: { since: (day: string) => string; until: (day: string) => string },
): string {
  const { from, to } = range;
  const start = from === null ? null : new Date(`${from}T00:00:00Z`);
  const end = to === null ? null : new Date(`${addDays(to, -1)}T00:00:00Z`);
  if (start && end) {
    const whole = from?.endsWith("-01") && to === nextMonth(from);
    return whole ? MONTH.format(start) : NAME.formatRange(start, end);
  }
  if (start) return words.since(NAME.format(start));
  return end ? words.until(NAME.format(end)) : "";
}

function nextMonth(day: string): string {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return dayOf(Date.UTC(year, month, 1));
}

/** Whole days until an image in Trash is deleted; a clock that is off never makes it less than none. */
export function daysLeft(deletedAt: string, trashDays: number, now: number): number {
  const left = Math.ceil(trashDays - (now - Date.parse(deletedAt)) / DAY_MS);
  return Math.min(trashDays, Math.max(0, left));
}
