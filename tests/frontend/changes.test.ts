import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job } from "../../src/frontend/api/types.gen.ts";
import {
  applyToJobs,
  applyToPages,
  collectPresent,
  type ImageChange,
  type ImageChanges,
  upsertJobs,
} from "../../src/frontend/lib/changes.ts";
import { idsOf, item, page } from "./items.ts";

const live = { trash: false, starred: false, model: null };
const starred = { ...live, starred: true };
const trash = { ...live, trash: true };

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

test("a star changes its image in place", () => {
  const result = applyToPages(
    [page([item("b", 2), item("a", 1)])],
    changes(present("a", 1, { starred: true })),
    live,
    null,
  );
  assert.deepEqual(idsOf(result.pages), [["b", "a"]]);
  assert.equal(result.pages[0]?.items[1]?.starred, true);
});

test("an image enters and leaves the starred list with its star", () => {
  const entered = applyToPages(
    [page([item("a", 1, { starred: true })])],
    changes(present("b", 2, { starred: true })),
    starred,
    null,
  );
  assert.deepEqual(idsOf(entered.pages), [["b", "a"]]);
  const left = applyToPages(entered.pages, changes(present("a", 1)), starred, null);
  assert.deepEqual(idsOf(left.pages), [["b"]]);
});

test("a trashed image leaves the gallery; Trash keeps what it shows", () => {
  const trashed = changes(["a", { kind: "trashed" }]);
  assert.deepEqual(idsOf(applyToPages([page([item("a", 1)])], trashed, live, null).pages), [[]]);
  const shown = [page([item("a", 1, { deletedAt: "2026-11-21T13:00:00Z" })])];
  assert.deepEqual(idsOf(applyToPages(shown, trashed, trash, null).pages), [["a"]]);
});

test("a deleted image leaves every list", () => {
  const shown = [page([item("a", 1, { deletedAt: "2026-11-21T13:00:00Z" })])];
  assert.deepEqual(idsOf(applyToPages(shown, changes(["a", { kind: "deleted" }]), trash, null).pages), [[]]);
});

test("arrivals wait while they are held back, and so do their updates", () => {
  const arrival = applyToPages([page([item("a", 1)])], changes(present("b", 2, {}, true)), live, new Set());
  assert.deepEqual(idsOf(arrival.pages), [["a"]]);
  assert.deepEqual(
    arrival.held.map(({ id }) => id),
    ["b"],
  );
  const update = applyToPages(
    arrival.pages,
    changes(present("b", 2, { thumb2x: "/2x" })),
    live,
    new Set(["b"]),
  );
  assert.deepEqual(idsOf(update.pages), [["a"]]);
  assert.equal(update.held[0]?.thumb2x, "/2x");
});

test("an image that arrived stays an arrival when its versions follow in the same burst", () => {
  const burst: ImageChanges = new Map();
  collectPresent(burst, item("n", 2), true);
  collectPresent(burst, item("n", 2, { thumb2x: "/2x" }), false);
  const { held } = applyToPages([page([item("a", 1)])], burst, live, new Set());
  assert.deepEqual(
    held.map(({ id, thumb2x }) => [id, thumb2x]),
    [["n", "/2x"]],
  );
});

test("a restored image takes its old place even while arrivals wait", () => {
  const result = applyToPages(
    [page([item("c", 3), item("a", 1)])],
    changes(present("b", 2)),
    live,
    new Set(),
  );
  assert.deepEqual(idsOf(result.pages), [["c", "b", "a"]]);
});

test("ten thousand arrivals are one update in order", () => {
  const burst = Array.from({ length: 10_000 }, (_, index) =>
    present(`id-${String(index).padStart(5, "0")}`, 5, {}, true),
  );
  const { pages } = applyToPages([page([item("a", 1)])], new Map(burst), live, null);
  assert.equal(pages[0]?.items.length, 10_001);
  assert.equal(pages[0]?.items[0]?.id, "id-09999");
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
