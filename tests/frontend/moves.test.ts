import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutOf } from "../../src/frontend/lib/layout.ts";
import { type Drawn, movesBetween } from "../../src/frontend/lib/moves.ts";
import { assignKeys } from "../../src/frontend/lib/slots.ts";
import type { MonthCount } from "../../src/frontend/lib/timeline.ts";

const SHAPE = { columns: 3, cell: 96, step: 100 };
const VIEW = 500;

function scene(months: MonthCount[], names: string, top = 0): Drawn {
  const places = new Map(names.split(" ").map((name, index) => [name, index]));
  return { layout: layoutOf(months, SHAPE), top, places };
}

function month(name: string, count: number): MonthCount {
  return { month: name, count };
}

/** Each move as `index:x,y`, or `index:grow`. */
function told(before: Drawn, after: Drawn): string {
  const moves = movesBetween(before, after, VIEW).sort((a, b) => a.index - b.index);
  return moves.map(({ index, from }) => `${index}:${from ? `${from.x},${from.y}` : "grow"}`).join(" ");
}

test("an arrival comes in from the edge, and every row moves on by one", () => {
  const before = scene([month("2026-11", 5)], "a b c d e");
  const after = scene([month("2026-11", 6)], "new a b c d e");
  assert.equal(told(before, after), "0:-100,0 1:-100,0 2:-100,0 3:-100,0 4:-100,0 5:-100,0");
});

test("as many arrivals as a row holds push the rows down", () => {
  const before = scene([month("2026-11", 2)], "a b");
  const after = scene([month("2026-11", 6)], "n m l k a b");
  assert.match(told(before, after), /^0:-100,-100 .* 4:-100,-100 5:-100,-100$/);
});

test("a month below moves only when the one above it takes another row", () => {
  const before = scene([month("2026-11", 2), month("2026-10", 2)], "a b x y");
  const wider = scene([month("2026-11", 3), month("2026-10", 2)], "new a b x y");
  assert.equal(told(before, wider), "0:-100,0 1:-100,0 2:-100,0");
  const taller = scene([month("2026-11", 4), month("2026-10", 2)], "m n a b x y");
  assert.match(told(before, taller), /4:0,-100 5:0,-100$/);
});

test("an image that leaves lets those after it close up, also where the list was scrolled", () => {
  const before = scene([month("2026-11", 6)], "a b c d e f", 20);
  const after = scene([month("2026-11", 5)], "a c d e f", 20);
  assert.equal(told(before, after), "1:100,0 2:100,0 3:100,0 4:100,0");
});

test("an image that comes back among others grows in its place", () => {
  const before = scene([month("2026-11", 3)], "a b c");
  const after = scene([month("2026-11", 4)], "a new b c");
  assert.equal(told(before, after), "1:grow 2:-100,0 3:-100,0");
});

test("nothing moves for another shape, a first sight, the same list, or what kept its place by scrolling", () => {
  const before = scene([month("2026-11", 3)], "a b c");
  assert.equal(told(before, { ...before }), "");
  const narrow = { ...before, layout: layoutOf([month("2026-11", 4)], { ...SHAPE, columns: 2 }) };
  assert.equal(told(before, narrow), "");
  assert.equal(told(scene([], ""), before), "");
  const deep = scene([month("2026-12", 1), month("2026-11", 3)], "new a b c", 144);
  assert.equal(told(before, deep), "");
});

test("elements go with their images along a row, and serve again for another row", () => {
  let last = 0;
  const fresh = () => ++last;
  const row = assignKeys({ names: [], keys: [] }, ["a", "b", "c"], fresh);
  assert.deepEqual(row.keys, [1, 2, 3]);
  const moved = assignKeys(row, ["new", "a", "b"], fresh);
  assert.deepEqual(moved.keys, [4, 1, 2]);
  assert.deepEqual(assignKeys(moved, ["x", "y", "z"], fresh).keys, [4, 1, 2]);
  assert.deepEqual(assignKeys(moved, ["x"], fresh).keys, [4]);
});
