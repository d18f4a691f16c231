import type { Item } from "../api/types.gen.ts";
import { type Filter, matches } from "../lib/filter.ts";
import { compareItems } from "../lib/pages.ts";
import { adjust, type MonthCount, monthOf, totalOf } from "../lib/timeline.ts";
import { isLater, latest } from "../lib/times.ts";
import {
  type Held,
  insertAt,
  itemAt,
  near,
  placeFor,
  replaced,
  type Span,
  type Stretch,
  without,
} from "../lib/window.ts";
import { Fetcher } from "./fetcher.ts";
import type { Library } from "./library.ts";

const FAR = 2_000;

/** The held part of one filter's images, kept in step with events. */
export class Shelf {
  library: Library;
  /** Grows whenever images came or went, so that an answer to an older question can be told. */
  epoch = 0;
  held: Held = [];
  months: readonly MonthCount[] = [];
  /** Content that events brought while requests are under way; it is newer than their answers. */
  readonly recent = new Map<string, Item>();
  /** The months are those of the server; before, they are those of the first page. */
  certain = false;
  error: Error | null = null;
  /** The server's time at which the images were last counted. */
  asOf = "";
  /** What was last asked for. */
  wanted: Span = { from: 0, to: 0 };

  private readonly fetcher: Fetcher;
  private readonly listeners = new Set<() => void>();
  private waiting = new Map<string, Item>();
  private arrived = 0;
  private away = false;
  private seen = "";
  private readonly left = new Set<string>();
  private places: Map<string, number> | null = null;

  constructor(readonly filter: Filter) {
    this.fetcher = new Fetcher(this);
    this.library = this.describe();
  }

  get shown(): boolean {
    return this.listeners.size > 0;
  }

  get total(): number {
    return this.library.total;
  }

  use(listener: () => void): () => void {
    this.listeners.add(listener);
    this.fetcher.begin();
    return () => {
      this.listeners.delete(listener);
      if (!this.shown) this.fetcher.pause();
    };
  }

  find(id: string): Item | undefined {
    return itemAt(this.held, this.indexOf(id));
  }

  refresh(): void {
    this.waiting.clear();
    this.fetcher.refresh();
  }

  /** Takes what the server said in place of what was held. */
  renew(held: Held, months: readonly MonthCount[], certain: boolean): void {
    this.held = replaced(held, this.recent);
    this.months = months;
    this.certain = certain;
    for (const { items } of held) for (const item of items) this.note(item);
    this.changed();
  }

  arrive(items: readonly Item[]): void {
    for (const item of items) {
      if (!matches(item, this.filter) || this.indexOf(item.id) >= 0) continue;
      if (this.away) this.waiting.set(item.id, item);
      else this.arrived += 1;
    }
    this.replace(items);
  }

  replace(items: readonly Item[]): void {
    const stay = new Map<string, Item>();
    const leave = new Set<string>();
    const enter: Item[] = [];
    for (const item of items) {
      const fits = matches(item, this.filter);
      const isHeld = this.indexOf(item.id) >= 0;
      if (this.waiting.has(item.id)) {
        if (fits) this.waiting.set(item.id, item);
        else this.waiting.delete(item.id);
      } else if (isHeld && fits) stay.set(item.id, item);
      else if (isHeld) leave.add(item.id);
      else if (fits) enter.push(item);
      // Whether it was counted here can be told only where everything is held.
      else if (item.deletedAt !== null && !this.filter.trash) this.doubt();
    }
    if (this.fetcher.busy) for (const item of items) this.recent.set(item.id, item);
    if (!this.filter.trash) for (const item of stay.values()) this.note(item);
    this.held = replaced(this.held, stay);
    this.takeOut(leave);
    this.add(enter);
    this.changed();
  }

  remove(ids: ReadonlySet<string>): void {
    for (const id of ids) if (!this.waiting.delete(id) && this.indexOf(id) < 0) this.doubt();
    this.takeOut(ids);
    this.changed();
  }

  /** The rest of the program hears of it. */
  changed(): void {
    this.places = null;
    this.library = this.describe();
    for (const listener of [...this.listeners]) listener();
  }

  private add(items: readonly Item[]): void {
    for (const item of [...items].sort(compareItems)) {
      const index = placeFor(this.held, item, totalOf(this.months));
      if (index === null || !this.certain) {
        this.doubt();
        continue;
      }
      this.held = insertAt(this.held, item, index);
      // When an image came into Trash is only guessed here; the server knows it.
      if (this.filter.trash) this.fetcher.refreshSoon();
      else this.note(item);
      this.left.delete(item.id);
      this.months = adjust(this.months, new Map([[monthOf(item), 1]]));
      this.epoch += 1;
    }
  }

  private takeOut(ids: ReadonlySet<string>): void {
    const { held, removed } = without(this.held, ids);
    if (removed.length === 0) return;
    const changes = new Map<string, number>();
    for (const item of removed) changes.set(monthOf(item), (changes.get(monthOf(item)) ?? 0) - 1);
    for (const { id } of removed) this.left.add(id);
    this.held = held;
    this.months = adjust(this.months, changes);
    this.epoch += 1;
  }

  /** Something happened whose effect on the counts cannot be known here. */
  private doubt(): void {
    const whole = this.certain && this.held.reduce((sum, { items }) => sum + items.length, 0) === this.total;
    if (!whole) this.fetcher.refreshSoon();
  }

  private note({ createdAt, deletedAt }: Item): void {
    this.seen = latest([this.seen, createdAt, deletedAt ?? ""]);
  }

  private indexOf(id: string): number {
    this.places ??= new Map(
      this.held.flatMap(({ start, items }: Stretch) =>
        items.map((item, at) => [item.id, start + at] as const),
      ),
    );
    return this.places.get(id) ?? -1;
  }

  private describe(): Library {
    const { held, months } = this;
    return {
      filter: this.filter,
      loaded: this.certain || held.length > 0,
      certain: this.certain,
      loading: this.fetcher.busy,
      error: this.error,
      total: totalOf(months),
      months,
      waiting: this.waiting.size,
      arrived: this.arrived,
      itemAt: this.itemAt,
      indexOf: this.place,
      ensure: this.ensure,
      itemsIn: this.itemsIn,
      laterThan: this.laterThan,
      locate: this.locate,
      retry: this.retry,
      hasLeft: this.hasLeft,
      setAway: this.setAway,
      seenAt: this.seenAt,
    };
  }

  private readonly itemAt = (index: number) => itemAt(this.held, index);
  private readonly place = (id: string) => this.indexOf(id);
  private readonly itemsIn = (range: Span) => this.fetcher.itemsIn(range);
  private readonly locate = (id: string) => void this.fetcher.locate(id);
  private readonly retry = () => this.fetcher.retry();

  private readonly hasLeft = (id: string) => this.left.has(id);

  private readonly ensure = (range: Span) => {
    this.wanted = range;
    const kept = near(this.held, range, FAR);
    if (kept !== this.held) {
      this.held = kept;
      this.places = null;
    }
    this.fetcher.pump();
  };

  private readonly setAway = (away: boolean) => {
    if (this.away === away) return;
    this.away = away;
    if (away || this.waiting.size === 0) return;
    if (this.held[0]?.start !== 0) {
      this.refresh();
      return;
    }
    const items = [...this.waiting.values()];
    this.waiting.clear();
    this.replace(items);
  };

  /** Only times that the server gave: a later one would take in what nobody has seen. */
  private readonly seenAt = () => latest([this.seen, this.asOf]);

  private readonly laterThan = (time: string) => {
    const later = ({ createdAt, deletedAt }: Item) =>
      isLater(createdAt, time) || (deletedAt !== null && isLater(deletedAt, time));
    return this.held.reduce((sum, { items }) => sum + items.filter(later).length, 0);
  };
}
