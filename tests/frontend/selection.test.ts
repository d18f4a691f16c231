import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Choice,
  countOfAll,
  everything,
  extend,
  isSelected,
  isSelecting,
  NO_SELECTION,
  prune,
  stretch,
  toggle,
} from "../../src/frontend/lib/selection.ts";
import { item } from "./items.ts";

const LOOKED = "2026-11-21T12:30:00Z";

function images(...names: string[]): Choice[] {
  return names.map((name, minute) => item(name, minute));
}

const [a, b, c, d] = images("a", "b", "c", "d") as [Choice, Choice, Choice, Choice];
const later = item("later", 0, { createdAt: "2026-11-21T12:30:00.000001Z" });
const early = item("early", 0, { createdAt: LOOKED });

test("an image is chosen and let go; the last one that goes ends the selection", () => {
  const one = toggle(NO_SELECTION, a);
  assert.equal(one.anchor, "a");
  assert.deepEqual([...toggle(one, b).ids], ["a", "b"]);
  assert.equal(toggle(one, a), NO_SELECTION);
});

test("a range is added and keeps its anchor", () => {
  const range = stretch(toggle(NO_SELECTION, b), [b, c, d]);
  assert.deepEqual([...range.ids], ["b", "c", "d"]);
  assert.equal(range.anchor, "b");
  assert.equal(extend(NO_SELECTION, [a]).anchor, "a");
  assert.equal(extend(range, []), range);
});

test("everything is chosen without being named, up to the moment at which one looked", () => {
  const all = everything(LOOKED, 240);
  assert.equal(all.ids.size, 0);
  assert.equal(isSelecting(all), true);
  assert.equal(isSelected(all, early), true);
  assert.equal(isSelected(all, later), false);
  assert.equal(isSelected(all, item("x", 0, { deletedAt: "2026-11-21T12:31:00Z" })), false);
  assert.deepEqual([countOfAll(all, 240), countOfAll(all, 230), countOfAll(NO_SELECTION, 5)], [240, 230, 0]);
});

test("of everything single images are taken out and put in again, and later ones are added", () => {
  const without = toggle(everything(LOOKED, 240), b);
  assert.deepEqual([isSelected(without, a), isSelected(without, b)], [true, false]);
  assert.deepEqual([without.anchor, countOfAll(without, 240)], ["b", 239]);
  const again = toggle(without, b);
  assert.equal(isSelected(again, b), true);
  assert.equal(countOfAll(again, 240), 240);
  const more = toggle(without, later);
  assert.deepEqual([isSelected(more, later), [...more.ids], countOfAll(more, 240)], [true, ["later"], 239]);
  assert.equal(isSelected(toggle(more, later), later), false);
  assert.equal(isSelected(extend(without, [b, later]), b), true);
});

test("a range of everything follows what was done to its anchor", () => {
  const out = stretch(toggle(everything(LOOKED, 240), b), [b, c, d]);
  assert.deepEqual([...(out.all?.without ?? [])], ["b", "c", "d"]);
  const back = stretch(toggle(out, c), [c, d]);
  assert.deepEqual([...(back.all?.without ?? [])], ["b"]);
});

test("images that left the list leave the selection", () => {
  const both = extend(NO_SELECTION, [a, b]);
  assert.deepEqual([...prune(both, (id) => id === "a").ids], ["b"]);
  assert.equal(
    prune(both, () => false),
    both,
  );
  assert.equal(
    prune(both, () => true),
    NO_SELECTION,
  );
  const without = toggle(toggle(everything(LOOKED, 240), a), b);
  assert.equal(
    countOfAll(
      prune(without, (id) => id === "a"),
      239,
    ),
    238,
  );
});
