import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_LIVE } from "../../src/frontend/lib/filter.ts";
import { openLiveGate } from "../../src/frontend/state/live-gate.ts";
import { Shelf } from "../../src/frontend/state/shelf.ts";
import { item, page } from "./items.ts";

Object.assign(globalThis, { location: { search: "", pathname: "/gallery" }, history: { state: null } });

let asked = 0;
let stamp = "a-1";

globalThis.fetch = (input) => {
  const counts = String(input).includes("timeline");
  if (!counts) asked += 1;
  const answer = counts ? { months: [], now: "2026-11-21T12:00:00Z" } : page([item("i1", 0)]);
  return Promise.resolve(Response.json(answer, { headers: { "x-aiimagecraft-stamp": stamp } }));
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("a list that was fetched before events came is fetched again only when it may lack one", async () => {
  const inStep = new Shelf(ALL_LIVE);
  inStep.use(() => undefined);
  await until(() => inStep.library.certain);
  const behind = new Shelf({ ...ALL_LIVE, starred: true });
  stamp = "a-0";
  behind.use(() => undefined);
  await until(() => behind.library.certain);
  assert.equal(asked, 2);
  stamp = "a-1";
  openLiveGate("a-1");
  await until(() => asked === 3 && !behind.library.loading);
  const after = new Shelf({ ...ALL_LIVE, model: "sketch" });
  stamp = "a-2";
  after.use(() => undefined);
  await until(() => after.library.certain);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked, 4, "The one in step was asked for once, and so is one that comes later");
});
