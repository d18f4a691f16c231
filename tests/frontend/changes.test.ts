import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job } from "../../src/frontend/api/types.gen.ts";
import {
  applyToJobs,
  collectPresent,
  type ImageChange,
  type ImageChanges,
  sortChanges,
  upsertJobs,
} from "../../src/frontend/lib/changes.ts";
import { item } from "./items.ts";

const NOW = "2026-11-21T13:00:00Z";

function changes(...entries: [string, ImageChange][]) {
  return new Map(entries);
}

function present(id: string, minute: number, change = {}, arrived = false): [string, ImageChange] {
  return [id, { kind: "present", item: item(id, minute, change), arrived }];
}

function job(id: string, minute: number, change: Partial<Job> = {}): Job {
  const { prompt, model, createdAt } = item(id, minute);
  return {
    id,
    status: "queued",
    prompt,
    model,
    n: 1,
    progress: null,
    notice: null,
    error: null,
    images: [],
    partials: [],
    answers: [],
    cost: null,
    createdAt,
    ...change,
  };
}

function nothingLoaded() {
  return undefined;
}

function ids(items: { id: string }[]) {
  return items.map(({ id }) => id);
}

test("arrivals and changes are told apart", () => {
  const sorted = sortChanges(changes(present("a", 1), present("b", 2, {}, true)), nothingLoaded, NOW);
  assert.deepEqual([ids(sorted.replaced), ids(sorted.arrived), sorted.gone], [["a"], ["b"], []]);
});

test("an image that arrived stays an arrival when its versions follow in the same burst", () => {
  const burst: ImageChanges = new Map();
  collectPresent(burst, item("n", 2), true);
  collectPresent(burst, item("n", 2, { thumb2x: "/2x" }), false);
  const { arrived, replaced } = sortChanges(burst, nothingLoaded, NOW);
  assert.deepEqual(
    arrived.map(({ id, thumb2x }) => [id, thumb2x]),
    [["n", "/2x"]],
  );
  assert.deepEqual(replaced, []);
});

test("an image that arrived and was trashed in one burst is no arrival", () => {
  const burst: ImageChanges = new Map();
  collectPresent(burst, item("n", 2), true);
  burst.set("n", { kind: "trashed" });
  const sorted = sortChanges(burst, nothingLoaded, NOW);
  assert.deepEqual([sorted.arrived, sorted.gone, sorted.intoTrash], [[], ["n"], true]);
});

test("a loaded image goes into Trash with its content, and keeps the time at which it went", () => {
  const trashed = changes(["a", { kind: "trashed" }], ["b", { kind: "trashed" }]);
  const loaded = new Map([
    ["a", item("a", 1)],
    ["b", item("b", 2, { deletedAt: "2026-11-21T12:30:00Z" })],
  ]);
  const { replaced, gone, intoTrash } = sortChanges(trashed, (id) => loaded.get(id), NOW);
  assert.deepEqual(
    replaced.map(({ id, deletedAt }) => [id, deletedAt]),
    [
      ["a", NOW],
      ["b", "2026-11-21T12:30:00Z"],
    ],
  );
  assert.deepEqual([gone, intoTrash], [[], false]);
});

test("a deleted image is gone, whether it was loaded or not", () => {
  const sorted = sortChanges(changes(["a", { kind: "deleted" }]), () => item("a", 1), NOW);
  assert.deepEqual([sorted.gone, sorted.replaced, sorted.intoTrash], [["a"], [], false]);
});

test("ten thousand events about a hundred images are a hundred changes", () => {
  const burst: ImageChanges = new Map();
  for (let n = 0; n < 10_000; n += 1) {
    collectPresent(burst, item(`id-${n % 100}`, 5, { starred: n >= 9_900 }), false);
  }
  const { replaced } = sortChanges(burst, nothingLoaded, NOW);
  assert.equal(replaced.length, 100);
  assert.ok(replaced.every(({ starred }) => starred));
});

test("jobs that hold none of the images stay the same list", () => {
  const jobs = [job("j", 1, { images: [item("a", 1)] })];
  assert.equal(applyToJobs(jobs, changes(["b", { kind: "deleted" }])), jobs);
});

test("an image in Trash no longer belongs to its job", () => {
  const [changed] = applyToJobs(
    [job("j", 1, { images: [item("a", 1), item("b", 1)] })],
    changes(["a", { kind: "trashed" }]),
  );
  assert.deepEqual(
    changed?.images.map(({ id }) => id),
    ["b"],
  );
});

test("a known job is replaced in place and a new one comes first", () => {
  const jobs = [job("b", 2), job("a", 1)];
  const updated = upsertJobs(
    jobs,
    new Map([
      ["a", job("a", 1, { status: "done" })],
      ["c", job("c", 3)],
    ]),
  );
  assert.deepEqual(
    updated.map(({ id, status }) => [id, status]),
    [
      ["c", "queued"],
      ["b", "queued"],
      ["a", "done"],
    ],
  );
});
