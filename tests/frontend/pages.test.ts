import assert from "node:assert/strict";
import { test } from "node:test";
import { compareItems } from "../../src/frontend/lib/pages.ts";
import { item } from "./items.ts";

test("equal times are ordered by id, and fractions of a second count", () => {
  const plain = item("a", 1);
  assert.ok(compareItems(plain, item("b", 1)) > 0);
  const later = item("a", 1, { createdAt: "2026-11-21T12:01:00.5Z" });
  assert.ok(compareItems(later, plain) < 0);
  const finer = item("a", 1, { createdAt: "2026-11-21T12:01:00.500001Z" });
  assert.ok(compareItems(finer, later) < 0);
});
