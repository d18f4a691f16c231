import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint } from "../../src/frontend/lib/fingerprint.ts";
import { MOST_PROMPTS, mergePrompts, parsePrompts, searchPrompts } from "../../src/frontend/lib/history.ts";

test("histories become one, newest first, each prompt once", () => {
  assert.deepEqual(mergePrompts(["c"], ["b", " ", "a"], ["c", "a", "z"]), ["c", "b", "a", "z"]);
  const many = Array.from({ length: 80 }, (_, index) => `prompt ${index}`);
  assert.equal(mergePrompts(many).length, MOST_PROMPTS);
});

test("a search finds every word anywhere, whatever its case", () => {
  const prompts = ["A red fox", "a blue bird", "fox and bird"];
  assert.deepEqual(searchPrompts(prompts, "FOX"), ["A red fox", "fox and bird"]);
  assert.deepEqual(searchPrompts(prompts, "bird fo"), ["fox and bird"]);
  assert.deepEqual(searchPrompts(prompts, "  "), prompts);
  assert.deepEqual(searchPrompts(prompts, "cat"), []);
});

test("what was stored is read, and anything else is nothing", () => {
  assert.deepEqual(parsePrompts('["a", 1, "b"]'), ["a", "b"]);
  for (const text of [null, "", "{}", "not json"]) assert.deepEqual(parsePrompts(text), []);
});

test("texts that differ have other fingerprints", () => {
  const texts = ["", "a", "b", "ab", "ba", "a".repeat(100_000), `${"a".repeat(99_999)}b`];
  assert.equal(new Set(texts.map(fingerprint)).size, texts.length);
  assert.equal(fingerprint("ab"), fingerprint("ab"));
  assert.ok(fingerprint("a".repeat(100_000)).length < 40);
});
