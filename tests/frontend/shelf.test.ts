import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Item } from "../../src/frontend/api/types.gen.ts";
import { ALL_LIVE, ALL_TRASH } from "../../src/frontend/lib/filter.ts";
import { monthsOf, spotAt } from "../../src/frontend/lib/timeline.ts";
import { openLiveGate } from "../../src/frontend/state/live-gate.ts";
import { Shelf } from "../../src/frontend/state/shelf.ts";
import { item } from "./items.ts";

const COUNT = 5_000;
const HOUR_MS = 3_600_000;
const NOW = "2026-11-21T00:30:00Z";

/** The images of the server, newest first. */
let rows: Item[] = [];
let asked: string[] = [];

Object.assign(globalThis, { location: { search: "", pathname: "/gallery" }, history: { state: null } });
openLiveGate(null);

function made(number: number): Item {
  const createdAt = new Date(Date.UTC(2026, 10, 21) - number * HOUR_MS).toISOString();
  return item(`i${number}`, 0, { createdAt });
}

globalThis.fetch = (input) => {
  const url = new URL(String(input), "http://localhost");
  asked.push(`${url.pathname}${url.search}`);
  const { searchParams } = url;
  if (url.pathname.endsWith("timeline"))
    return Promise.resolve(Response.json({ months: monthsOf(rows), now: NOW }));
  if (url.pathname.endsWith("place")) {
    const index = rows.findIndex(({ id }) => id === searchParams.get("id"));
    const spot = index < 0 ? null : spotAt(monthsOf(rows), index);
    return Promise.resolve(Response.json({ place: spot && { at: spot.month, skip: spot.skip } }));
  }
  const [way, id] = (searchParams.get("cursor") ?? "").split(":");
  const month = searchParams.get("at");
  const at = rows.findIndex((row) => row.id === id);
  let from = 0;
  if (way === "next") from = at + 1;
  else if (way === "prev") from = Math.max(0, at - 100);
  else if (month) {
    from = rows.findIndex((row) => row.createdAt.slice(0, 7) <= month) + Number(searchParams.get("skip"));
  }
  const items = rows.slice(from, way === "prev" ? at : from + 100);
  const last = items.at(-1);
  return Promise.resolve(
    Response.json({
      items,
      nextCursor: last && last !== rows.at(-1) ? `next:${last.id}` : null,
      prevCursor: items[0] && items[0] !== rows[0] ? `prev:${items[0].id}` : null,
    }),
  );
};

/** Waits until the shelf has nothing more to ask for. */
async function quiet(shelf: Shelf): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, shelf.library.loading ? 5 : 1));
}

async function opened(): Promise<Shelf> {
  const shelf = new Shelf(ALL_LIVE);
  shelf.use(() => undefined);
  await quiet(shelf);
  return shelf;
}

/** The names of a range, with a dash for what is not held. */
function names(shelf: Shelf, from: number, to: number): string {
  const found: string[] = [];
  for (let index = from; index < to; index += 1) found.push(shelf.library.itemAt(index)?.id ?? "-");
  return found.join(" ");
}

beforeEach(() => {
  rows = Array.from({ length: COUNT }, (_, number) => made(number));
  asked = [];
});

test("the first screen takes one page and the timeline", async () => {
  const shelf = await opened();
  shelf.library.ensure({ from: 0, to: 30 });
  await quiet(shelf);
  assert.deepEqual(asked.sort(), ["/api/gallery/timeline", "/api/gallery?limit=100"]);
  assert.equal(shelf.library.total, COUNT);
  assert.equal(names(shelf, 98, 101), "i98 i99 -");
});

test("any place is filled, and what is far from it is dropped", async () => {
  const shelf = await opened();
  shelf.library.ensure({ from: 3_000, to: 3_040 });
  await quiet(shelf);
  assert.equal(names(shelf, 3_000, 3_003), "i3000 i3001 i3002");
  assert.equal(names(shelf, 3_039, 3_040), "i3039");
  assert.equal(names(shelf, 0, 1), "-");
  shelf.library.ensure({ from: COUNT - 20, to: COUNT });
  await quiet(shelf);
  assert.equal(names(shelf, COUNT - 1, COUNT + 1), `i${COUNT - 1} -`);
});

test("scrolling goes on by cursors, in both directions, without a gap or a repeat", async () => {
  const shelf = await opened();
  for (const from of [2_000, 2_040, 2_080, 2_120, 2_080, 2_000, 1_960, 1_900, 1_840]) {
    shelf.library.ensure({ from, to: from + 40 });
    await quiet(shelf);
    const wanted = Array.from({ length: 40 }, (_, at) => `i${from + at}`).join(" ");
    assert.equal(names(shelf, from, from + 40), wanted);
  }
  assert.equal(asked.filter((url) => url.includes("at=")).length, 1);
  assert.ok(asked.some((url) => url.includes("next")) && asked.some((url) => url.includes("prev")));
});

test("an image that is trashed leaves, and one that is restored comes back to its place", async () => {
  const shelf = await opened();
  shelf.replace([{ ...made(3), deletedAt: "2026-11-21T00:00:00Z" }]);
  assert.equal(names(shelf, 2, 5), "i2 i4 i5");
  assert.equal(shelf.library.total, COUNT - 1);
  assert.equal(shelf.library.hasLeft("i3"), true);
  shelf.replace([made(3)]);
  assert.equal(names(shelf, 2, 5), "i2 i3 i4");
  assert.equal(shelf.library.total, COUNT);
  assert.equal(shelf.library.hasLeft("i3"), false);
});

test("an arrival goes to the top at once, or waits for the person to come up", async () => {
  const shelf = await opened();
  shelf.arrive([made(-1)]);
  assert.equal(names(shelf, 0, 2), "i-1 i0");
  assert.equal(shelf.library.arrived, 1);
  shelf.library.setAway(true);
  shelf.arrive([made(-2)]);
  shelf.arrive([made(-2)]);
  assert.equal(shelf.library.waiting, 1);
  assert.equal(names(shelf, 0, 1), "i-1");
  shelf.library.setAway(false);
  assert.equal(shelf.library.waiting, 0);
  assert.equal(names(shelf, 0, 2), "i-2 i-1");
  assert.equal(shelf.library.arrived, 1, "The pill told of the other");
  assert.equal(shelf.library.total, COUNT + 2);
});

test("a list that changed unseen is counted anew where a page tells so", async () => {
  const shelf = await opened();
  shelf.library.ensure({ from: 4_000, to: 4_040 });
  await quiet(shelf);
  rows = rows.slice(500);
  shelf.library.ensure({ from: 0, to: 40 });
  await quiet(shelf);
  assert.equal(shelf.library.total, COUNT - 500);
  assert.equal(names(shelf, 0, 2), "i500 i501");
});

test("a range is named also where it is not held", async () => {
  const shelf = await opened();
  const items = await shelf.library.itemsIn({ from: 50, to: 350 });
  assert.deepEqual([items.length, items[0]?.id, items.at(-1)?.id], [300, "i50", "i349"]);
});

test("a failed request is told and asked again", async () => {
  const shelf = await opened();
  const real = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(Response.json({ title: "No" }, { status: 500 }));
  shelf.library.ensure({ from: 3_000, to: 3_040 });
  await quiet(shelf);
  assert.ok(shelf.library.error);
  globalThis.fetch = real;
  shelf.library.retry();
  await quiet(shelf);
  assert.equal(shelf.library.error, null);
  assert.equal(names(shelf, 3_000, 3_001), "i3000");
});

test("an image that is not held is found with its neighbours, and one of another list is not", async () => {
  const shelf = await opened();
  shelf.library.locate("i3210");
  await quiet(shelf);
  assert.equal(shelf.library.indexOf("i3210"), 3_210);
  assert.equal(names(shelf, 3_209, 3_212), "i3209 i3210 i3211");
  shelf.library.locate("another");
  await quiet(shelf);
  assert.equal(shelf.library.error, null);
});

test("what was seen ends with what is shown, by the clock of the server", async () => {
  const shelf = await opened();
  assert.equal(shelf.library.seenAt(), NOW);
  shelf.library.setAway(true);
  shelf.arrive([made(-1)]);
  assert.equal(shelf.library.seenAt(), NOW, "One that waits was not seen");
  shelf.library.setAway(false);
  assert.equal(shelf.library.seenAt(), made(-1).createdAt);
  assert.equal(shelf.library.laterThan(NOW), 1);
});

test("an image that comes into Trash was not seen until the server has told when it came", async () => {
  const shelf = new Shelf(ALL_TRASH);
  rows = rows.slice(0, 5).map((row) => ({ ...row, deletedAt: "2026-11-21T00:10:00Z" }));
  shelf.use(() => undefined);
  await quiet(shelf);
  shelf.replace([{ ...made(7), deletedAt: "2029-01-01T00:00:00Z" }]);
  assert.equal(names(shelf, 4, 6), "i4 i7");
  assert.equal(shelf.library.seenAt(), NOW);
  assert.equal(shelf.library.laterThan(NOW), 1);
  const told = "2026-11-21T00:20:00Z";
  rows = [...rows, { ...made(7), deletedAt: told }];
  while (shelf.library.itemAt(5)?.deletedAt !== told) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(shelf.library.laterThan(NOW), 0);
});
