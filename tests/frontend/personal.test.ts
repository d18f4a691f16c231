import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetPersonal, keepFor } from "../../src/frontend/state/personal.ts";

const PERSONAL = ["draft", "mask", "prompts", "press", "user", "of a later version"];
const SHARED = ["theme", "cell", "compare"];

beforeEach(() => {
  const kept: Record<string, string> = {};
  // Like the browser's own, it lists what it keeps as its properties.
  Object.defineProperties(kept, {
    getItem: { value: (name: string) => kept[name] ?? null },
    setItem: { value: (name: string, value: string) => Reflect.set(kept, name, value) },
    removeItem: { value: (name: string) => Reflect.deleteProperty(kept, name) },
  });
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value: kept });
  for (const name of [...PERSONAL, ...SHARED]) localStorage.setItem(`aiimagecraft.${name}`, name);
  localStorage.setItem("of another app", "kept");
  localStorage.removeItem("aiimagecraft.user");
});

function kept(): string[] {
  return Object.keys(localStorage).map((name) => name.replace("aiimagecraft.", ""));
}

test("what is a person's own is forgotten, what is the browser's is not", () => {
  forgetPersonal();
  assert.deepEqual(kept().sort(), [...SHARED, "of another app"].sort());
});

test("the same person finds everything again", () => {
  assert.equal(keepFor("anna"), false);
  assert.equal(keepFor("anna"), false);
  assert.deepEqual(kept().sort(), [...PERSONAL, ...SHARED, "of another app"].sort());
});

test("another person finds nothing of it", () => {
  keepFor("anna");
  assert.equal(keepFor("ben"), true);
  assert.deepEqual(kept().sort(), [...SHARED, "user", "of another app"].sort());
  assert.equal(localStorage.getItem("aiimagecraft.user"), "ben");
  assert.equal(keepFor("ben"), false);
});
