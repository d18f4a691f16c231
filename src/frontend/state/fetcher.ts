import { ApiError, type Stamped } from "../api/http.ts";
import { fetchPage, fetchPlace, fetchTimeline, type PageStart } from "../api/images.ts";
import type { GalleryPage, Item, Timeline } from "../api/types.gen.ts";
import { setClock } from "../lib/clock.ts";
import { filterKey } from "../lib/filter.ts";
import { indexAt, type MonthCount, monthOf, monthsOf, type Spot, spotAt } from "../lib/timeline.ts";
import {
  endOf,
  type Held,
  itemAt,
  PAGE,
  put,
  type Span,
  type Stretch,
  type Want,
  wantFor,
} from "../lib/window.ts";
import { currentFilter } from "./filter.ts";
import { watchGap, whenLive } from "./live-gate.ts";
import { placeInAddress } from "./place.ts";
import type { Shelf } from "./shelf.ts";

const RETRIES = 2;
const RETRY_MS = 400;
/** After a request was given up, the next waits for the person to come to rest. */
const SETTLE_MS = 90;
const REFRESH_MS = 1_000;
/** How many images on either side are asked for with one that is looked for. */
const BESIDE = 20;
/** Requests for places at most this far from what is wanted go on. */
const CLOSE = 150;

/** Asks the server for what a shelf lacks: one page at a time, and never for a place that was left. */
export class Fetcher {
  private begun = false;
  private stale = false;
  private fails = 0;
  private current: { span: Span; abort: AbortController } | null = null;
  private renewal: AbortController | null = null;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly shelf: Shelf) {}

  get busy(): boolean {
    return this.current !== null || this.renewal !== null;
  }

  begin(): void {
    if (!this.begun) {
      this.begun = true;
      void this.load();
    } else if (this.stale || this.soon !== undefined) this.refresh();
    else this.pump();
  }

  pause(): void {
    this.giveUp();
  }

  retry(): void {
    this.shelf.error = null;
    this.fails = 0;
    if (this.shelf.certain) this.pump();
    else void this.load();
    this.shelf.changed();
  }

  refresh(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    if (!this.begun) return;
    if (!this.shelf.shown) {
      this.stale = true;
      return;
    }
    void this.load();
  }

  /** Events in a row cost one refresh. */
  refreshSoon(): void {
    this.soon ??= setTimeout(() => this.refresh(), REFRESH_MS);
  }

  /** Starts the next request when there is something to ask for. */
  pump(): void {
    const { shelf } = this;
    if (this.current && apart(this.current.span, shelf.wanted) > CLOSE) {
      this.giveUp();
      this.settle = setTimeout(() => {
        this.settle = undefined;
        this.pump();
      }, SETTLE_MS);
    }
    if (this.current || this.renewal || this.settle || !shelf.certain || shelf.error || !shelf.shown) return;
    const want =
      wantFor(shelf.held, shelf.wanted, shelf.total) ??
      wantFor(shelf.held, around(shelf.wanted), shelf.total);
    if (want) void this.fetch(want);
  }

  private giveUp(): void {
    clearTimeout(this.settle);
    this.settle = undefined;
    this.current?.abort.abort();
    this.current = null;
  }

  private async fetch(want: Want): Promise<void> {
    const { shelf } = this;
    const { epoch } = shelf;
    const abort = new AbortController();
    const mine = { span: want.span, abort };
    shelf.recent.clear();
    this.current = mine;
    try {
      const spot = want.by === "place" ? spotAt(shelf.months, want.index) : null;
      const { answer: page } = await this.page(
        spot ? { spot } : want.by === "place" ? null : { cursor: want.cursor },
        abort.signal,
      );
      if (this.current !== mine) return;
      this.current = null;
      if (shelf.epoch === epoch) this.take(page, want);
    } catch (error) {
      if (this.current !== mine) return;
      this.current = null;
      shelf.error = error as Error;
      shelf.changed();
    }
    this.pump();
  }

  private take(page: GalleryPage, want: Want): void {
    const { shelf } = this;
    const start =
      want.by === "place"
        ? want.index
        : want.by === "next"
          ? want.span.from
          : want.span.to - page.items.length;
    const stretch: Stretch = { start, items: page.items, prev: page.prevCursor, next: page.nextCursor };
    const held = put(shelf.held, stretch);
    if (held === null || held === shelf.held || !agrees(stretch, shelf.months, shelf.total)) {
      // The counts are not those of the server any more; asking again and again would not help.
      this.fails += 1;
      if (this.fails > RETRIES) this.refreshSoon();
      else void this.load();
      return;
    }
    this.fails = 0;
    shelf.renew(held, shelf.months, true);
  }

  /** Asks for the months and for what is in view; what is held shows until the answer is in. */
  private async load(): Promise<void> {
    const { shelf } = this;
    this.renewal?.abort();
    this.giveUp();
    const abort = new AbortController();
    const { epoch } = shelf;
    shelf.recent.clear();
    this.renewal = abort;
    this.stale = false;
    shelf.error = null;
    const first = !shelf.certain && shelf.held.length === 0;
    const spot = first ? this.startSpot() : spotAt(shelf.months, Math.max(0, shelf.wanted.from - PAGE / 4));
    const atTop = !spot || (spot.skip === 0 && spot.month === shelf.months[0]?.month);
    try {
      const live = await whenLive();
      const counting = this.timeline(abort.signal);
      counting.catch(() => undefined);
      const { answer: page, stamp } = await this.page(atTop || !spot ? null : { spot }, abort.signal);
      if (this.renewal !== abort) return;
      if (first && atTop) shelf.renew(firstOf(page), monthsOf(page.items), false);
      const { answer: timeline, stamp: counted } = await counting;
      if (this.renewal !== abort) return;
      const whole = page.prevCursor === null && page.nextCursor === null;
      const months = whole ? monthsOf(page.items) : timeline.months;
      const held = placed(page, months, spot, atTop);
      this.renewal = null;
      shelf.asOf = timeline.now;
      if (!live) void watchGap(() => this.refresh(), [stamp, counted]);
      // An image that came or went meanwhile may be missing from the answer.
      if (shelf.epoch !== epoch) this.refreshSoon();
      shelf.epoch += 1;
      shelf.renew(held, months, true);
    } catch (error) {
      if (this.renewal !== abort) return;
      this.renewal = null;
      shelf.error = error as Error;
      shelf.changed();
    }
    this.pump();
  }

  /** The images of a range in order, also those that are not held; these are not kept. */
  async itemsIn({ from, to }: Span): Promise<Item[]> {
    const { shelf } = this;
    const found: Item[] = [];
    let cursor: string | null = null;
    while (from + found.length < to) {
      const index = from + found.length;
      const known = itemAt(shelf.held, index);
      const spot = spotAt(shelf.months, index);
      if (known) {
        found.push(known);
        cursor = null;
      } else if (spot) {
        const start: PageStart = cursor ? { cursor } : { spot };
        const { answer }: Stamped<GalleryPage> = await this.page(start, new AbortController().signal);
        if (answer.items.length === 0) break;
        found.push(...answer.items.slice(0, to - index));
        cursor = answer.nextCursor;
      } else break;
    }
    return found;
  }

  /** Finds out where an image stands that is not held, and asks for what is around it. */
  async locate(id: string): Promise<void> {
    const { shelf } = this;
    try {
      const { place } = await fetchPlace(shelf.filter, id);
      if (!place) return;
      const index = indexAt(shelf.months, { month: place.at, skip: place.skip });
      shelf.library.ensure({ from: Math.max(0, index - BESIDE), to: index + BESIDE });
    } catch (error) {
      shelf.error = error as Error;
      shelf.changed();
    }
  }

  private startSpot(): Spot | null {
    const place = filterKey(currentFilter()) === filterKey(this.shelf.filter) ? placeInAddress() : null;
    // The rows above the place may be in view, too.
    return place && { ...place.spot, skip: Math.max(0, place.spot.skip - PAGE / 2) };
  }

  private page(start: PageStart, signal: AbortSignal): Promise<Stamped<GalleryPage>> {
    return patiently(() => fetchPage(this.shelf.filter, start, PAGE, signal), signal);
  }

  private timeline(signal: AbortSignal): Promise<Stamped<Timeline>> {
    return patiently(async () => {
      const asked = performance.now();
      const timeline = await fetchTimeline(this.shelf.filter, signal);
      setClock(timeline.answer.now, asked);
      return timeline;
    }, signal);
  }
}

function firstOf(page: GalleryPage): Held {
  return page.items.length === 0
    ? []
    : [{ start: 0, items: page.items, prev: page.prevCursor, next: page.nextCursor }];
}

/** A page in its place among months that were counted at nearly the same time. */
function placed(page: GalleryPage, months: readonly MonthCount[], spot: Spot | null, atTop: boolean): Held {
  const [head] = page.items;
  if (!head || !spot || atTop) return firstOf(page);
  const skip = monthOf(head) === spot.month ? spot.skip : 0;
  const start = page.prevCursor === null ? 0 : indexAt(months, { month: monthOf(head), skip });
  return [{ start, items: page.items, prev: page.prevCursor, next: page.nextCursor }];
}

/** Whether a stretch lies where the months say that it does. */
function agrees(stretch: Stretch, months: readonly MonthCount[], total: number): boolean {
  const ends = [stretch.start, endOf(stretch) - 1];
  const fits = ends.every((index) => {
    const item = stretch.items[index - stretch.start];
    return item !== undefined && spotAt(months, index)?.month === monthOf(item);
  });
  return (
    fits &&
    (stretch.prev === null) === (stretch.start === 0) &&
    (stretch.next === null) === (endOf(stretch) === total)
  );
}

function apart(a: Span, b: Span): number {
  return Math.max(a.from - b.to, b.from - a.to);
}

/** A range with as much again on both sides. */
function around({ from, to }: Span): Span {
  return { from: from - (to - from), to: to + (to - from) };
}

/** Asks again when the server was only just not there. */
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const transient = error instanceof ApiError && (error.status === 0 || error.status >= 502);
      if (signal.aborted || !transient || tries >= RETRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** tries));
    }
  }
}
