import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compareItems,
  flatten,
  insertItems,
  matches,
  nextCursor,
  removeItems,
  replaceItems,
} from "../../src/frontend/lib/pages.ts";
import { idsOf, item, page } from "./items.ts";

const two = () => [page([item("e", 9), item("d", 8)], "c1"), page([item("b", 4), item("a", 3)], "c2")];

test("a new image goes to the top", () => {
  assert.deepEqual(idsOf(insertItems(two(), [item("f", 10)])), [
    ["f", "e", "d"],
    ["b", "a"],
  ]);
});

test("an image between two pages goes to the one that follows", () => {
  assert.deepEqual(idsOf(insertItems(two(), [item("c", 5)])), [
    ["e", "d"],
    ["c", "b", "a"],
  ]);
});

test("an image older than everything loaded waits for its own page", () => {
  const pages = two();
  assert.equal(insertItems(pages, [item("z", 1)]).flatMap((entry) => entry.items).length, 4);
});

test("the last page of all takes the oldest image, also when it is empty", () => {
  assert.deepEqual(idsOf(insertItems([page([item("b", 4)])], [item("z", 1)])), [["b", "z"]]);
  assert.deepEqual(idsOf(insertItems([page([])], [item("z", 1)])), [["z"]]);
});

test("an image that is there already is not inserted twice", () => {
  const pages = two();
  assert.equal(insertItems(pages, [item("d", 8)]), pages);
});

test("equal times are ordered by id, and fractions of a second count", () => {
  const plain = item("a", 1);
  assert.ok(compareItems(plain, item("b", 1)) > 0);
  const later = item("a", 1, { createdAt: "2026-11-21T12:01:00.5Z" });
  assert.ok(compareItems(later, plain) < 0);
  const finer = item("a", 1, { createdAt: "2026-11-21T12:01:00.500001Z" });
  assert.ok(compareItems(finer, later) < 0);
});

test("replacing keeps the place and leaves other pages untouched", () => {
  const pages = two();
  const changed = replaceItems(pages, new Map([["a", item("a", 3, { starred: true })]]));
  assert.deepEqual(idsOf(changed), idsOf(pages));
  assert.equal(changed[0], pages[0]);
  assert.equal(changed[1]?.items[1]?.starred, true);
});

test("removing what is not there changes nothing", () => {
  const pages = two();
  assert.equal(removeItems(pages, new Set(["x"])), pages);
  assert.deepEqual(idsOf(removeItems(pages, new Set(["d", "a"]))), [["e"], ["b"]]);
});

test("the cursor of the last page leads on, and null ends the list", () => {
  assert.equal(nextCursor(two()), "c2");
  assert.equal(nextCursor([page([item("a", 1)])]), null);
  assert.equal(nextCursor([]), null);
});

test("a row that two pages hold is listed once", () => {
  const pages = [page([item("b", 2), item("a", 1)], "c"), page([item("a", 1)])];
  assert.deepEqual(
    flatten(pages).map(({ id }) => id),
    ["b", "a"],
  );
});

test("filters tell live, starred and trashed images apart", () => {
  const live = { trash: false, starred: false, model: null };
  const trashed = item("a", 1, { deletedAt: "2026-11-21T13:00:00Z" });
  assert.equal(matches(item("a", 1), live), true);
  assert.equal(matches(trashed, live), false);
  assert.equal(matches(trashed, { ...live, trash: true }), true);
  assert.equal(matches(item("a", 1), { ...live, starred: true }), false);
  assert.equal(matches(item("a", 1), { ...live, model: "other" }), false);
});
