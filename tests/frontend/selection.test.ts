import assert from "node:assert/strict";
import { test } from "node:test";
import {
  everything,
  extend,
  isSelected,
  isSelecting,
  NO_SELECTION,
  prune,
  toggle,
} from "../../src/frontend/lib/selection.ts";

test("an image is chosen and let go; the last one that goes ends the selection", () => {
  const one = toggle(NO_SELECTION, "a");
  assert.equal(one.anchor, "a");
  assert.deepEqual([...toggle(one, "b").ids], ["a", "b"]);
  assert.equal(toggle(one, "a"), NO_SELECTION);
});

test("a range is added and keeps its anchor", () => {
  const range = extend(toggle(NO_SELECTION, "b"), ["b", "c", "d"]);
  assert.deepEqual([...range.ids], ["b", "c", "d"]);
  assert.equal(range.anchor, "b");
  assert.equal(extend(NO_SELECTION, ["x"]).anchor, "x");
  assert.equal(extend(range, []), range);
});

test("everything is chosen without being named, and one image let go lets go of all", () => {
  const all = everything("2026-11-21T12:00:00Z");
  assert.equal(all.ids.size, 0);
  assert.equal(isSelecting(all), true);
  assert.equal(isSelected(all, "whatever"), true);
  assert.equal(extend(all, ["a"]), all);
  assert.equal(toggle(all, "a"), NO_SELECTION);
});

test("images that left the list leave the selection", () => {
  const both = extend(NO_SELECTION, ["a", "b"]);
  assert.deepEqual([...prune(both, (id) => id === "a").ids], ["b"]);
  assert.equal(
    prune(both, () => false),
    both,
  );
  assert.equal(
    prune(both, () => true),
    NO_SELECTION,
  );
});
