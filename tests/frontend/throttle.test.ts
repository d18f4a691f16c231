import assert from "node:assert/strict";
import { test } from "node:test";
import { throttled } from "../../src/frontend/lib/throttle.ts";

test("ten thousand calls are one at once and one later", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let runs = 0;
  const call = throttled(() => {
    runs += 1;
  }, 1_000);
  for (let n = 0; n < 10_000; n += 1) call();
  assert.equal(runs, 1);
  context.mock.timers.tick(1_000);
  assert.equal(runs, 2);
  context.mock.timers.tick(1_000);
  assert.equal(runs, 2);
  call();
  assert.equal(runs, 3);
});
