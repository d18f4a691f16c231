import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FIT,
  keepInside,
  middle,
  mostScale,
  outgrows,
  panBy,
  swipeOf,
  toggleZoom,
  wheelFactor,
  zoomBy,
} from "../../src/frontend/lib/zoom.ts";

const frame = { width: 1000, height: 800 };
const fit = { width: 1000, height: 500 };

test("what is under the pointer stays there", () => {
  const at = { x: 200, y: -50 };
  const zoom = zoomBy(zoomBy(FIT, 2, at, 10), 1.5, at, 10);
  assert.equal(zoom.scale, 3);
  // The place of the image under the pointer, at scale 1, is where the pointer is.
  assert.deepEqual({ x: (at.x - zoom.x) / zoom.scale, y: (at.y - zoom.y) / zoom.scale }, at);
});

test("an image is never smaller than its fit and never larger than allowed", () => {
  assert.equal(zoomBy(FIT, 0.5, { x: 0, y: 0 }, 4).scale, 1);
  assert.equal(zoomBy(FIT, 50, { x: 0, y: 0 }, 4).scale, 4);
  assert.equal(mostScale(4000, 1000), 16);
  assert.equal(mostScale(100, 1000), 4);
  assert.equal(mostScale(100, 0), 4);
});

test("a moved image leaves no gap inside its frame", () => {
  const zoom = { scale: 2, x: 9999, y: -9999 };
  assert.deepEqual(keepInside(zoom, fit, frame), { scale: 2, x: 500, y: -100 });
  assert.deepEqual(keepInside({ ...zoom, scale: 1 }, fit, frame), FIT);
  assert.deepEqual(keepInside(panBy(FIT, { x: -3, y: 0 }), fit, frame), FIT);
});

test("a double press shows the pixels of the original, and again the whole", () => {
  const at = { x: 10, y: 10 };
  const own = toggleZoom(FIT, at, 3000, 1000);
  assert.equal(own.scale, 3);
  assert.deepEqual(toggleZoom(own, at, 3000, 1000), FIT);
  assert.equal(toggleZoom(FIT, at, 1000, 1000).scale, 2);
});

test("the original is asked for only once the smaller version has too few pixels", () => {
  assert.equal(outgrows(FIT, 1400, 1024, 2), false);
  assert.equal(outgrows({ ...FIT, scale: 1.2 }, 800, 1024, 1), false);
  assert.equal(outgrows({ ...FIT, scale: 1.3 }, 800, 1024, 1), true);
  assert.equal(outgrows({ ...FIT, scale: 1.1 }, 800, 1024, 2), true);
});

test("a turn of the wheel and its reverse cancel out", () => {
  assert.ok(wheelFactor(-100, false, false) > 1);
  assert.ok(Math.abs(wheelFactor(100, false, true) * wheelFactor(-100, false, true) - 1) < 1e-9);
  assert.equal(wheelFactor(3, true, false), wheelFactor(48, false, false));
});

test("a swipe has a clear direction", () => {
  assert.equal(swipeOf({ x: -60, y: 10 }), "left");
  assert.equal(swipeOf({ x: 60, y: -20 }), "right");
  assert.equal(swipeOf({ x: 20, y: 120 }), "down");
  for (const point of [
    { x: 40, y: 0 },
    { x: 60, y: 40 },
    { x: 0, y: -200 },
    { x: 0, y: 60 },
  ]) {
    assert.equal(swipeOf(point), null);
  }
  assert.deepEqual(middle({ x: 0, y: 2 }, { x: 4, y: 4 }), { x: 2, y: 3 });
});
