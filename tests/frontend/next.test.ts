import assert from "node:assert/strict";
import { test } from "node:test";
import { loginAddress, safeNext } from "../../src/frontend/lib/next.ts";

const INSIDE = [
  "/",
  "/gallery",
  "/admin/",
  "/gallery?q=a%20red%20fox&starred=true",
  "/gallery?image=0198c0de-0000-7000-8000-000000000000",
  "/schema#tag/account",
  "/gallery?q=https://evil.example//",
  "/log-in",
];
const OUTSIDE = [
  null,
  "",
  "gallery",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/gallery\\..\\",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\n/evil.example",
  "\t//evil.example",
  " //evil.example",
  "/\u0000/evil.example",
  "/\u007f",
  "/\u0085",
  "https://evil.example/",
  "HTTPS:evil.example",
  "javascript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,hello",
  "@evil.example",
  ".evil.example",
];

test("a path of this origin is kept as it is", () => {
  for (const next of INSIDE) assert.equal(safeNext(next), next);
});

test("whatever else is asked for is the first page", () => {
  for (const next of OUTSIDE) assert.equal(safeNext(next), "/", JSON.stringify(next));
});

test("however it is written, a browser stays with this origin", () => {
  const parts = ["/", "\\", "\t", "\n", ".", "@", ":", "evil.example", "http:", "%2f", "%5c", "?", "#"];
  for (const a of parts) {
    for (const b of parts) {
      for (const c of parts) {
        for (const d of parts) {
          const next = `/${a}${b}${c}${d}`;
          const { origin } = new URL(safeNext(next), "https://here.example/login");
          assert.equal(origin, "https://here.example", JSON.stringify(next));
        }
      }
    }
  }
});

test("the login does not lead back to itself", () => {
  for (const next of ["/login", "/login?next=%2Flogin", "/login#top"]) assert.equal(safeNext(next), "/");
});

test("the login's address names a place that one comes back to", () => {
  assert.equal(loginAddress("/"), "/login");
  const address = new URL(loginAddress("/gallery?q=a&starred=true"), "https://here.example");
  assert.equal(address.pathname, "/login");
  assert.equal(address.searchParams.get("next"), "/gallery?q=a&starred=true");
});
