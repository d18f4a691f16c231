import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetKey, keyFor } from "../../src/frontend/state/press.ts";

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    value: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
      removeItem: (name: string) => kept.delete(name),
    },
  });
});

test("the same request has the same key until it was answered", () => {
  const key = keyFor("a cat");
  assert.equal(keyFor("a cat"), key);
  forgetKey();
  assert.notEqual(keyFor("a cat"), key);
});

test("another request has another key", () => {
  const key = keyFor("a cat");
  assert.notEqual(keyFor("a dog"), key);
  assert.notEqual(keyFor("a cat"), key);
});

test("what cannot be read is no key", () => {
  for (const text of ["{", "null", "{}", "[]", '["a cat"]']) {
    kept.set("aiimagecraft.press", text);
    assert.match(keyFor("a cat"), /^[0-9a-f-]{36}$/);
  }
});
