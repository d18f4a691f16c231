import assert from "node:assert/strict";
import { test } from "node:test";
import { anchorAt, geometry, moveFocus, scrollTopFor } from "../../src/frontend/lib/geometry.ts";
import { extendTo, NO_SELECTION, prune, toggle } from "../../src/frontend/lib/selection.ts";

const ids = Array.from({ length: 600 }, (_, index) => `i${index}`);
const shape = geometry(1_196);

test("cells fill the width exactly, at least three to a row", () => {
  assert.equal(shape.columns, 6);
  assert.equal(shape.cell * 6 + 4 * 5, 1_196);
  assert.equal(geometry(300).columns, 3);
});

test("the place is kept when nothing changed", () => {
  assert.equal(scrollTopFor(anchorAt(1_234, ids, shape), ids, shape), 1_234);
});

test("one image more or less above moves nothing", () => {
  const anchor = anchorAt(1_234, ids, shape);
  assert.equal(scrollTopFor(anchor, ["new", ...ids], shape), 1_234);
  assert.equal(scrollTopFor(anchor, ids.slice(1), shape), 1_234);
});

test("a whole row above moves by a whole row", () => {
  const anchor = anchorAt(1_234, ids, shape);
  const six = ["a", "b", "c", "d", "e", "f"];
  assert.equal(scrollTopFor(anchor, [...six, ...ids], shape), 1_234 + shape.step);
});

test("when the images on screen go, their neighbours hold the place", () => {
  const anchor = anchorAt(10 * shape.step, ids, shape);
  const rest = ids.filter((id) => !anchor.ids.slice(0, 6).includes(id));
  assert.equal(scrollTopFor(anchor, rest, shape), 9 * shape.step);
  assert.equal(scrollTopFor(anchor, ["other"], shape), null);
});

test("arrows, Home and End stay inside the list", () => {
  assert.equal(moveFocus("ArrowRight", 3, 6, 20), 4);
  assert.equal(moveFocus("ArrowDown", 3, 6, 20), 9);
  assert.equal(moveFocus("ArrowDown", 17, 6, 20), 17);
  assert.equal(moveFocus("ArrowUp", 3, 6, 20), 3);
  assert.equal(moveFocus("End", 3, 6, 20), 19);
  assert.equal(moveFocus("x", 3, 6, 20), null);
});

test("Shift selects everything between", () => {
  const one = toggle(NO_SELECTION, "i2");
  const range = extendTo(one, "i5", ids);
  assert.deepEqual([...range.ids], ["i2", "i3", "i4", "i5"]);
  assert.deepEqual([...extendTo(range, "i0", ids).ids].sort(), ["i0", "i1", "i2", "i3", "i4", "i5"]);
});

test("without an anchor Shift selects one image", () => {
  assert.deepEqual([...extendTo(NO_SELECTION, "i5", ids).ids], ["i5"]);
});

test("choosing the last image again ends the selection", () => {
  assert.equal(toggle(toggle(NO_SELECTION, "i1"), "i1"), NO_SELECTION);
});

test("images that left the list leave the selection", () => {
  const both = toggle(toggle(NO_SELECTION, "i1"), "i2");
  assert.deepEqual([...prune(both, new Set(["i2"])).ids], ["i2"]);
  assert.equal(prune(both, new Set(["i1", "i2"])), both);
  assert.equal(prune(both, new Set()), NO_SELECTION);
});
