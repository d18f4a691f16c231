import assert from "node:assert/strict";
import { test } from "node:test";
import { anchorAt, topFor } from "../../src/frontend/lib/anchor.ts";
import { bandBetween, indexesIn } from "../../src/frontend/lib/band.ts";
import {
  HEADING_PX,
  indexAtTop,
  layoutOf,
  monthAtTop,
  moveFocus,
  rowOf,
  rowsBetween,
  shapeFor,
  spanOf,
  topOf,
} from "../../src/frontend/lib/layout.ts";
import { marksOf, monthFor, shareOf, topOfShare } from "../../src/frontend/lib/marks.ts";
import { assignSlots, fullRows } from "../../src/frontend/lib/slots.ts";

const shape = shapeFor(1_196, 180);
const months = [
  { month: "2026-11", count: 8 },
  { month: "2026-10", count: 600 },
  { month: "2025-12", count: 1 },
];
const layout = layoutOf(months, shape);

test("cells fill the width in whole pixels, three to a row on a phone", () => {
  assert.equal(shape.columns, 6);
  assert.equal(shape.cell, 196);
  assert.equal(shapeFor(382, 180).columns, 3);
  assert.equal(shapeFor(382, 120).columns, 3);
  assert.equal(shapeFor(382, 220).columns, 2);
  assert.equal(shapeFor(382, 320).columns, 1);
});

test("each month has a heading and its own rows", () => {
  assert.equal(layout.total, 609);
  assert.equal(layout.rows, 3 + 2 + 100 + 1);
  assert.equal(layout.height, 3 * HEADING_PX + 103 * shape.step);
  const rows = rowsBetween(layout, 0, 3 * HEADING_PX + 3 * shape.step);
  assert.deepEqual(
    rows.map((row) => (row.kind === "heading" ? row.month.month : [row.first, row.count])),
    ["2026-11", [0, 6], [6, 2], "2026-10", [8, 6], [14, 6]],
  );
  assert.deepEqual(
    rows.map(({ row }) => row),
    [0, 1, 2, 3, 4, 5],
  );
  assert.deepEqual(spanOf(rows), { from: 0, to: 20 });
});

test("heights and indexes lead to each other", () => {
  for (const index of [0, 5, 6, 7, 8, 13, 14, 300, 607, 608]) {
    const row = rowOf(layout, index);
    assert.ok(row?.kind === "cells");
    assert.ok(index >= row.first && index < row.first + row.count);
    assert.equal(topOf(layout, index), row.top);
    assert.equal(indexAtTop(layout, row.top), row.first);
    assert.equal(indexAtTop(layout, row.top + shape.step - 1), row.first);
  }
  assert.equal(monthAtTop(layout, 0), 0);
  assert.equal(monthAtTop(layout, layout.tops[1] ?? 0), 1);
  assert.equal(monthAtTop(layout, layout.height + 99), 2);
});

test("a million images cost no more than their months", () => {
  const long = Array.from({ length: 240 }, (_, at) => ({
    month: `${2026 - Math.floor(at / 12)}-${String(12 - (at % 12)).padStart(2, "0")}`,
    count: 4_167,
  }));
  const start = performance.now();
  const vast = layoutOf(long, shape);
  for (let at = 0; at < 1_000; at += 1)
    rowsBetween(vast, (vast.height / 1_000) * at, (vast.height / 1_000) * at + 900);
  assert.ok(performance.now() - start < 500);
  assert.equal(vast.total, 1_000_080);
  assert.ok(vast.height > 2 ** 24);
  const [last] = rowsBetween(vast, vast.height - 10, vast.height).slice(-1);
  assert.equal(last?.kind === "cells" && last.first + last.count, vast.total);
});

test("an empty library has no rows", () => {
  const none = layoutOf([], shape);
  assert.equal(none.height, 0);
  assert.deepEqual(rowsBetween(none, 0, 900), []);
  assert.equal(rowOf(none, 0), null);
});

const ids = Array.from({ length: 609 }, (_, index) => `i${index}`);
const idAt = (index: number) => ids[index];

test("the place is kept when nothing changed, over headings too", () => {
  for (const top of [100, 500, 1_234, 20_000]) {
    const anchor = anchorAt(layout, top, HEADING_PX, idAt);
    assert.ok(anchor);
    assert.equal(
      topFor(anchor, layout, (id) => ids.indexOf(id)),
      top,
    );
  }
});

test("one image more or less above moves nothing", () => {
  const anchor = anchorAt(layout, 1_234, HEADING_PX, idAt);
  assert.ok(anchor);
  const more = layoutOf([{ month: "2026-11", count: 9 }, ...months.slice(1)], shape);
  assert.equal(
    topFor(anchor, more, (id) => ["new", ...ids].indexOf(id)),
    1_234,
  );
  const less = layoutOf([{ month: "2026-11", count: 7 }, ...months.slice(1)], shape);
  assert.equal(
    topFor(anchor, less, (id) => ids.slice(1).indexOf(id)),
    1_234,
  );
});

test("a whole row above moves by a whole row", () => {
  const anchor = anchorAt(layout, 2_000, HEADING_PX, idAt);
  assert.ok(anchor);
  const added = ["a", "b", "c", "d", "e", "f"];
  const more = layoutOf([{ month: "2026-11", count: 14 }, ...months.slice(1)], shape);
  assert.equal(
    topFor(anchor, more, (id) => [...added, ...ids].indexOf(id)),
    2_000 + shape.step,
  );
});

test("a place without loaded images is found by its month, also when that is gone", () => {
  const anchor = anchorAt(layout, 5_000, HEADING_PX, () => undefined);
  assert.ok(anchor);
  const nowhere = () => -1;
  assert.equal(topFor(anchor, layout, nowhere), 5_000);
  const gone = layoutOf([months[0] ?? { month: "", count: 0 }, months[2] ?? { month: "", count: 0 }], shape);
  assert.ok(topFor(anchor, gone, nowhere) <= gone.height);
});

test("keys stay inside the list and keep the column from month to month", () => {
  assert.equal(moveFocus(layout, "ArrowRight", 3, 4), 4);
  assert.equal(moveFocus(layout, "ArrowLeft", 0, 4), 0);
  assert.equal(moveFocus(layout, "ArrowDown", 0, 4), 6);
  assert.equal(moveFocus(layout, "ArrowDown", 4, 4), 7);
  assert.equal(moveFocus(layout, "ArrowDown", 7, 4), 9);
  assert.equal(moveFocus(layout, "ArrowDown", 608, 4), 608);
  assert.equal(moveFocus(layout, "ArrowUp", 9, 4), 7);
  assert.equal(moveFocus(layout, "ArrowUp", 12, 4), 7);
  assert.equal(moveFocus(layout, "ArrowUp", 3, 4), 3);
  assert.equal(moveFocus(layout, "PageDown", 8, 4), 32);
  assert.equal(moveFocus(layout, "PageUp", 32, 4), 8);
  assert.equal(moveFocus(layout, "Home", 300, 4), 0);
  assert.equal(moveFocus(layout, "End", 3, 4), 608);
  assert.equal(moveFocus(layout, "x", 3, 4), null);
});

test("rows keep their slots, and new rows take over those that became free", () => {
  const first = assignSlots(new Map(), [1, 2, 3]);
  const second = assignSlots(first, [2, 3, 4]);
  assert.deepEqual([second.get(2), second.get(3), second.get(4)], [first.get(2), first.get(3), first.get(1)]);
  assert.deepEqual([...assignSlots(second, [90, 91, 92]).values()].sort(), [0, 1, 2]);
});

test("a rectangle covers the cells that it touches", () => {
  const band = bandBetween({ x: 450, y: HEADING_PX + 210 }, { x: 10, y: HEADING_PX + 10 });
  assert.deepEqual(indexesIn(layout, band, 1_200), [0, 1, 2, 6, 7]);
});

test("the timeline's shares lead to heights and back", () => {
  assert.equal(shareOf(layout, 900, topOfShare(layout, 900, 1)), 1);
  assert.equal(topOfShare(layout, 900, 0), 0);
  assert.deepEqual(
    marksOf(layout, 900, 800).flatMap(({ year }) => year ?? []),
    ["2026"],
  );
  assert.equal(monthFor("ArrowDown", 0, 3), 1);
  assert.equal(monthFor("PageDown", 0, 3), 2);
  assert.equal(monthFor("Home", 2, 3), 0);
  assert.equal(monthFor("Enter", 2, 3), null);
});

test("rows are completed a few at a time, the middle ones first, and stay so", () => {
  const rows = [10, 11, 12, 13, 14];
  assert.deepEqual([...fullRows(new Set(), rows, 2)].sort(), [11, 12]);
  assert.deepEqual([...fullRows(new Set([11, 99]), rows, 0)], [11]);
  assert.equal(fullRows(new Set(), rows, 9).size, 5);
});
