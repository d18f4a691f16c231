import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anchored,
  cornered,
  MOST_PX,
  moved,
  physicalHeight,
  type Scroll,
  toPhysical,
  toVirtual,
} from "../../src/frontend/lib/virtual.ts";

const short = { height: 500_000, view: 900 };
const tall = { height: 31_000_000, view: 900 };
const end = tall.height - tall.view;

test("a list that fits is scrolled as it is", () => {
  assert.equal(physicalHeight(short), 500_000);
  assert.deepEqual(anchored(1_234, short), { top: 1_234, base: 0 });
  assert.deepEqual(moved({ top: 0, base: 0 }, 400_000, short), { top: 400_000, base: 0 });
});

test("both ends of a taller list are shown at the ends of the scroller", () => {
  assert.equal(physicalHeight(tall), MOST_PX);
  assert.equal(toPhysical(0, tall), 0);
  assert.equal(toPhysical(end, tall), MOST_PX - tall.view);
  assert.equal(toVirtual(0, tall), 0);
  assert.equal(toVirtual(MOST_PX - tall.view, tall), end);
});

test("the scroller's heights grow with those of the list, and lead back", () => {
  let before = -1;
  for (let share = 0; share <= 1; share += 0.01) {
    const top = Math.round(end * share);
    const physical = toPhysical(top, tall);
    assert.ok(physical > before);
    assert.ok(Math.abs(toVirtual(physical, tall) - top) < 10);
    before = physical;
  }
});

test("the wheel moves pixel by pixel wherever one is", () => {
  const start = anchored(15_000_000, tall);
  const scrollTop = start.top - start.base;
  assert.equal(moved(start, scrollTop + 333, tall).top, 15_000_333);
  assert.equal(moved(start, scrollTop - 1, tall).top, 14_999_999);
});

test("the scrollbar leads anywhere, and its ends to the ends", () => {
  assert.equal(moved(anchored(0, tall), MOST_PX - tall.view, tall).top, end);
  const half = moved(anchored(0, tall), (MOST_PX - tall.view) / 2, tall);
  assert.ok(Math.abs(half.top - end / 2) < tall.height / 100);
  assert.equal(moved(half, 0, tall).top, 0);
});

/** Scrolls as a browser does, with the corrections that the app makes on the way. */
function wheel(from: number, step: number): { scroll: Scroll; corrections: number } {
  let scroll = anchored(from, tall);
  let corrections = 0;
  for (let turn = 0; turn < 40_000; turn += 1) {
    const scrollTop = scroll.top - scroll.base;
    const next = Math.max(0, Math.min(MOST_PX - tall.view, scrollTop + step));
    if (next === scrollTop) break;
    scroll = moved(scroll, next, tall);
    if (!cornered(scroll, tall)) continue;
    scroll = anchored(scroll.top, tall);
    corrections += 1;
  }
  return { scroll, corrections };
}

test("the wheel alone reaches both ends, without a rest on the way", () => {
  const up = wheel(15_000_000, -1_500);
  assert.equal(up.scroll.top, 0);
  const down = wheel(15_000_000, 1_500);
  assert.equal(down.scroll.top, end);
  assert.ok(up.corrections < 20 && down.corrections < 20);
});

test("a list that shrank is shown at its end", () => {
  assert.equal(anchored(31_000_000, { height: 20_000_000, view: 900 }).top, 20_000_000 - 900);
  assert.deepEqual(anchored(5_000, { height: 300, view: 900 }), { top: 0, base: 0 });
});
