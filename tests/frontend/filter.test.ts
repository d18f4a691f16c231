import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALL_LIVE,
  ALL_TRASH,
  type Filter,
  filterKey,
  holdsWords,
  isEmpty,
  matches,
  parseFilter,
  sameFilter,
  toParams,
} from "../../src/frontend/lib/filter.ts";
import { item } from "./items.ts";

const full: Filter = {
  trash: false,
  starred: true,
  q: "red fox",
  model: "gpt-image-2",
  orientation: "portrait",
  from: "2026-11-01",
  to: "2026-12-01",
};

test("a filter survives the address", () => {
  assert.deepEqual(parseFilter(`?${toParams(full)}`, false), full);
  assert.deepEqual(parseFilter(`?${toParams(ALL_LIVE)}`, false), ALL_LIVE);
  assert.deepEqual(parseFilter("?image=x&at=2026-05&skip=3", true), ALL_TRASH);
});

test("what the server would refuse filters nothing", () => {
  const bad = "?starred=maybe&q=%20%20&model=&orientation=round&from=2026-02-31&to=yesterday";
  assert.deepEqual(parseFilter(bad, false), ALL_LIVE);
  assert.equal(parseFilter(`?q=${"x".repeat(501)}`, false).q?.length, 500);
});

test("filters that show the same are the same", () => {
  assert.ok(sameFilter(full, { ...full }));
  assert.ok(sameFilter(ALL_LIVE, { ...ALL_LIVE, q: "  " }));
  assert.notEqual(filterKey(ALL_LIVE), filterKey(ALL_TRASH));
  assert.ok(isEmpty(ALL_TRASH));
  assert.ok(!isEmpty({ ...ALL_TRASH, orientation: "square" }));
});

test("an image matches by where it is, its star, model, shape and day", () => {
  const fox = item("a", 1, {
    prompt: "a red-haired fox",
    starred: true,
    model: "gpt-image-2",
    width: 10,
    height: 20,
  });
  assert.ok(matches(fox, full));
  for (const change of [
    { starred: false },
    { model: "sketch" },
    { height: 10 },
    { deletedAt: "2026-11-21T12:00:00Z" },
    { createdAt: "2026-10-31T23:59:59.999Z" },
    { createdAt: "2026-12-01T00:00:00Z" },
    { prompt: "a red owl" },
  ]) {
    assert.ok(!matches({ ...fox, ...change }, full), JSON.stringify(change));
  }
});

test("words are found by their beginnings in any order, as on the server", () => {
  const prompt = "A red-haired Fox, on Mars; café über 東京 gpt-image-2.5";
  for (const found of [
    "fox",
    "FO mars",
    "red hair",
    "red-haired",
    "caf",
    "über",
    "東京",
    "2.5 gpt image",
    " fox ",
  ]) {
    assert.ok(holdsWords(prompt, found), found);
  }
  for (const lost of ["ox", "fox owl", "wolf", "?!", "fox !wolf"]) assert.ok(!holdsWords(prompt, lost), lost);
  assert.ok(holdsWords(prompt, "   "));
  assert.ok(holdsWords("ثعلب أحمر", "أحمر"));
  assert.ok(holdsWords(`${"word ".repeat(6_000)}end`, "end"));
});
