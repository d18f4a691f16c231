import assert from "node:assert/strict";
import { test } from "node:test";
import { adjust, indexAt, monthsOf, spotAt, totalOf } from "../../src/frontend/lib/timeline.ts";
import {
  endOf,
  gapIn,
  type Held,
  insertAt,
  itemAt,
  near,
  placeFor,
  put,
  replaced,
  type Stretch,
  wantFor,
  without,
} from "../../src/frontend/lib/window.ts";
import { item } from "./items.ts";

const TOTAL = 1_000;

/** A stretch of images named by the index that they had at first; the newest has the largest minute. */
function stretch(
  start: number,
  count: number,
  prev: string | null = "p",
  next: string | null = "n",
): Stretch {
  const items = Array.from({ length: count }, (_, at) => named(start + at));
  return { start, items, prev, next };
}

function named(index: number) {
  const seconds = 3_600 * 24 - index;
  const time = new Date(Date.UTC(2026, 10, 1) + seconds * 1_000).toISOString();
  return item(`i${index}`, 0, { createdAt: time });
}

function shapeOf(held: Held): [number, number][] {
  return held.map((part) => [part.start, endOf(part)]);
}

test("images are found by their index", () => {
  const held = [stretch(0, 100), stretch(300, 50), stretch(350, 50)];
  assert.equal(itemAt(held, 0)?.id, "i0");
  assert.equal(itemAt(held, 99)?.id, "i99");
  assert.equal(itemAt(held, 100), undefined);
  assert.equal(itemAt(held, 350)?.id, "i350");
  assert.equal(itemAt(held, 400), undefined);
  assert.equal(itemAt([], 0), undefined);
});

test("a hole is found with the gap around it", () => {
  const held = [stretch(0, 100), stretch(300, 100)];
  assert.equal(gapIn(held, { from: 0, to: 100 }, TOTAL), null);
  assert.deepEqual(gapIn(held, { from: 50, to: 150 }, TOTAL), {
    hole: { from: 100, to: 150 },
    gap: { from: 100, to: 300 },
  });
  assert.deepEqual(gapIn(held, { from: 380, to: 9_999 }, TOTAL)?.hole, { from: 400, to: 1_000 });
  assert.equal(gapIn(held, { from: -50, to: 20 }, TOTAL), null);
});

test("neighbours lead on by their cursors, both ways; other places are asked for by where they are", () => {
  const held = [stretch(0, 100, null, "after"), stretch(500, 100, "before", "n")];
  assert.deepEqual(wantFor(held, { from: 80, to: 140 }, TOTAL), {
    by: "next",
    cursor: "after",
    span: { from: 100, to: 200 },
  });
  assert.deepEqual(wantFor(held, { from: 460, to: 520 }, TOTAL), {
    by: "prev",
    cursor: "before",
    span: { from: 400, to: 500 },
  });
  const far = wantFor(held, { from: 280, to: 320 }, TOTAL);
  assert.equal(far?.by, "place");
  assert.deepEqual(far?.span, { from: 250, to: 350 });
  assert.equal(wantFor(held, { from: 10, to: 90 }, TOTAL), null);
});

test("a stretch without cursors is gone around", () => {
  const held = [stretch(0, 100, null, null)];
  assert.equal(wantFor(held, { from: 90, to: 120 }, TOTAL)?.by, "place");
});

test("what is held already is cut off a new page, before and after", () => {
  const held = [stretch(0, 100), stretch(150, 100)];
  const joined = put(held, stretch(60, 100));
  assert.deepEqual(joined && shapeOf(joined), [
    [0, 100],
    [100, 150],
    [150, 250],
  ]);
  assert.deepEqual([joined?.[1]?.prev, joined?.[1]?.next], [null, null]);
  assert.equal(put(held, stretch(10, 50)), held);
});

test("pages that disagree about who is where are not joined", () => {
  const held = [stretch(0, 100)];
  const shifted = { ...stretch(100, 50), start: 99 };
  assert.equal(put(held, shifted), null);
  const twice = { ...stretch(90, 50), start: 300 };
  assert.equal(put(held, twice), null);
});

test("an image that comes takes its place where that is known", () => {
  const held = [stretch(0, 100), stretch(500, 100)];
  const between = { ...named(20), id: "x", createdAt: named(20).createdAt.replace(/\.\d+Z/, ".5Z") };
  assert.equal(placeFor(held, between, TOTAL), 20);
  assert.equal(placeFor(held, { ...named(-9), id: "x" }, TOTAL), 0);
  assert.equal(placeFor(held, { ...named(300), id: "x" }, TOTAL), null);
  assert.equal(placeFor(held, { ...named(5_000), id: "x" }, TOTAL), null);
  assert.equal(placeFor([stretch(0, 10)], { ...named(5_000), id: "x" }, 10), 10);
  assert.equal(placeFor([], { ...named(5), id: "x" }, 0), 0);
});

test("what follows an image that comes or goes moves along", () => {
  const held = [stretch(0, 100), stretch(500, 100)];
  const more = insertAt(held, { ...named(-1), id: "new" }, 0);
  assert.deepEqual(shapeOf(more), [
    [0, 101],
    [501, 601],
  ]);
  assert.equal(itemAt(more, 0)?.id, "new");
  const { held: less, removed } = without(more, new Set(["new", "i3", "nobody"]));
  assert.deepEqual(shapeOf(less), [
    [0, 99],
    [499, 599],
  ]);
  assert.equal(removed.length, 2);
  assert.equal(without(held, new Set(["nobody"])).held, held);
  assert.deepEqual(shapeOf(insertAt([], named(0), 0)), [[0, 1]]);
});

test("new content replaces old where it stands, and leaves the rest untouched", () => {
  const held = [stretch(0, 10), stretch(500, 10)];
  const changed = replaced(held, new Map([["i502", { ...named(502), starred: true }]]));
  assert.equal(changed[0], held[0]);
  assert.equal(itemAt(changed, 502)?.starred, true);
  assert.equal(replaced(held, new Map()), held);
});

test("what is far from the viewport is dropped", () => {
  const held = [stretch(0, 100), stretch(2_000, 100), stretch(5_000, 100)];
  assert.deepEqual(shapeOf(near(held, { from: 2_050, to: 2_090 }, 2_000)), [
    [0, 100],
    [2_000, 2_100],
  ]);
  assert.equal(near(held, { from: 2_050, to: 2_090 }, 9_000), held);
});

const months = [
  { month: "2026-11", count: 10 },
  { month: "2026-09", count: 5 },
];

test("places and indexes lead to each other, also when a month is gone or shrank", () => {
  assert.deepEqual(spotAt(months, 0), { month: "2026-11", skip: 0 });
  assert.deepEqual(spotAt(months, 12), { month: "2026-09", skip: 2 });
  assert.equal(spotAt(months, 15), null);
  assert.equal(indexAt(months, { month: "2026-09", skip: 2 }), 12);
  assert.equal(indexAt(months, { month: "2026-10", skip: 7 }), 10);
  assert.equal(indexAt(months, { month: "2026-09", skip: 99 }), 14);
  assert.equal(indexAt(months, { month: "2020-01", skip: 0 }), 14);
  assert.equal(indexAt([], { month: "2020-01", skip: 0 }), 0);
});

test("counts follow what comes and goes, and empty months vanish", () => {
  const changed = adjust(
    months,
    new Map([
      ["2026-10", 2],
      ["2026-09", -5],
      ["2026-11", 1],
    ]),
  );
  assert.deepEqual(changed, [
    { month: "2026-11", count: 11 },
    { month: "2026-10", count: 2 },
  ]);
  assert.equal(totalOf(changed), 13);
  assert.deepEqual(monthsOf([item("a", 3), item("b", 2)]), [{ month: "2026-11", count: 2 }]);
});
