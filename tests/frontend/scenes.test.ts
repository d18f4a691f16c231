import assert from "node:assert/strict";
import { test } from "node:test";
import { createLane } from "../../src/frontend/lib/lane.ts";
import { formatDuration, parseSceneView, sceneParams } from "../../src/frontend/lib/scenes.ts";

test("an address names scenes, and what makes no sense in it is left out", () => {
  assert.deepEqual(parseSceneView(""), { page: 1, q: null, sort: "newest" });
  assert.deepEqual(parseSceneView("?page=3&q=sea&sort=title"), { page: 3, q: "sea", sort: "title" });
  for (const page of ["0", "-1", "1.5", "x", "1e9"]) assert.equal(parseSceneView(`?page=${page}`).page, 1);
  assert.equal(parseSceneView("?sort=up&q=%20").sort, "newest");
  assert.equal(parseSceneView("?q=%20").q, null);
});

test("what is usual is not in the address", () => {
  assert.equal(sceneParams({ page: 1, q: null, sort: "newest" }), "");
  assert.equal(sceneParams({ page: 2, q: "a b", sort: "rating" }), "q=a+b&sort=rating&page=2");
});

test("durations are told in hours, minutes and seconds", () => {
  assert.deepEqual([0.4, 65, 3599.6, 3723].map(formatDuration), ["0:00", "1:05", "1:00:00", "1:02:03"]);
});

test("places are given in order, and given back once", () => {
  const begun: string[] = [];
  const lane = createLane(2);
  const [a, , c] = ["a", "b", "c", "d", "e"].map((name) => lane.take(() => begun.push(name)));
  assert.deepEqual(begun, ["a", "b"]);
  c?.();
  a?.();
  a?.();
  assert.deepEqual(begun, ["a", "b", "d"]);
});
