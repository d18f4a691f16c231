import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job, ModelInfo } from "../../src/frontend/api/types.gen.ts";
import { estimateFor, formatDollars } from "../../src/frontend/lib/cost.ts";
import { type Draft, EMPTY_DRAFT } from "../../src/frontend/lib/draft.ts";
import { isChanged, optionsFor, requestFor } from "../../src/frontend/lib/options.ts";
import { placesOf } from "../../src/frontend/lib/places.ts";
import { parseSize, sizeProblem, sizeRule } from "../../src/frontend/lib/size.ts";
import { item } from "./items.ts";

const rule = { multiple: 16, maxEdge: 3840, maxRatio: 3, minPixels: 655_360, maxPixels: 8_294_400 };
const full: ModelInfo = {
  name: "full",
  label: "Full",
  offline: false,
  sizes: ["auto", "1024x1024", "1536x1024"],
  freeSize: rule,
  qualities: ["auto", "low", "high"],
  backgrounds: ["auto", "opaque", "transparent"],
  formats: ["png", "jpeg", "webp"],
  maxImages: 10,
  maxSources: 16,
  mask: true,
  estimates: [
    { quality: "low", size: "1024x1024", usd: 0.006 },
    { quality: "high", size: "1024x1024", usd: 0.211 },
    { quality: "low", size: "1536x1024", usd: 0.005 },
    { quality: "high", size: "1536x1024", usd: 0.165 },
  ],
};
const bare: ModelInfo = {
  ...full,
  name: "bare",
  sizes: ["1024x1024", "1536x1024"],
  freeSize: null,
  qualities: [],
  backgrounds: [],
  formats: [],
  maxImages: 2,
  estimates: [],
};

function draft(change: Partial<Draft> = {}): Draft {
  return { ...EMPTY_DRAFT, prompt: "a cat", ...change };
}

function job(change: Partial<Job>): Job {
  const { id, prompt, model, createdAt } = item("j", 1);
  const rest = { progress: null, notice: null, error: null, answers: [], cost: null };
  return {
    id,
    prompt,
    model,
    createdAt,
    status: "running",
    n: 1,
    images: [],
    partials: [],
    ...rest,
    ...change,
  };
}

test("a mask goes along only with a source, to a model that takes one", () => {
  const source = { id: "1", thumb: "/t", label: "fox" };
  const draft = { ...EMPTY_DRAFT, prompt: "fox", sources: [source] };
  assert.equal(requestFor(draft, full, "data:mask").mask, "data:mask");
  assert.equal("mask" in requestFor(draft, full), false);
  assert.equal("mask" in requestFor({ ...draft, sources: [] }, full, "data:mask"), false);
  assert.equal("mask" in requestFor(draft, { ...full, mask: false }, "data:mask"), false);
});

test("a model's defaults are left to it", () => {
  assert.deepEqual(requestFor(draft(), full), { prompt: "a cat", model: "full", n: 1 });
  assert.deepEqual(optionsFor(draft(), full), {
    size: "auto",
    quality: "auto",
    background: "auto",
    format: "png",
  });
});

test("what was chosen is sent, and only that", () => {
  const chosen = draft({ size: "1536x1024", quality: "high", format: "webp", count: 4 });
  assert.deepEqual(requestFor({ ...chosen, sources: [{ id: "s", thumb: "/t", label: "" }] }, full), {
    prompt: "a cat",
    model: "full",
    n: 4,
    size: "1536x1024",
    quality: "high",
    outputFormat: "webp",
    sources: ["s"],
  });
});

test("what a model cannot do falls back to its default, and the draft keeps it", () => {
  const chosen = draft({
    size: "custom",
    quality: "high",
    background: "transparent",
    format: "webp",
    count: 9,
  });
  assert.deepEqual(requestFor(chosen, bare), { prompt: "a cat", model: "bare", n: 2 });
  assert.equal(requestFor(chosen, full).quality, "high");
  const unknown = draft({ size: "99x99", quality: "best" });
  assert.deepEqual(requestFor(unknown, full), { prompt: "a cat", model: "full", n: 1 });
});

test("a size of one's own is sent where the model takes it", () => {
  const chosen = draft({ size: "custom", customSize: "1280x768" });
  assert.equal(requestFor(chosen, full).size, "1280x768");
  assert.equal(requestFor(chosen, bare).size, undefined);
});

test("JPEG is never transparent", () => {
  const chosen = draft({ background: "transparent", format: "jpeg" });
  assert.equal(optionsFor(chosen, full).format, "png");
  assert.equal(requestFor(chosen, full).outputFormat, undefined);
  assert.equal(optionsFor(chosen, { ...full, backgrounds: ["auto"] }).format, "jpeg");
});

test("the first value on offer is the default", () => {
  assert.equal(isChanged("auto", full.sizes), false);
  assert.equal(isChanged("1024x1024", full.sizes), true);
  assert.equal(isChanged("", []), false);
});

test("a size keeps the model's rule, or is told which part it breaks", () => {
  assert.deepEqual(parseSize("1280x720"), [1280, 720]);
  assert.equal(sizeProblem("1280x720", rule), null);
  assert.equal(sizeProblem("3840x2160", rule), null);
  for (const text of ["", "x", "1280x", "0x720", "a1280x720", "1280x720x1"]) {
    assert.match(sizeProblem(text, rule) ?? "", /Enter a width and a height/, text);
  }
  assert.match(sizeProblem("1281x720", rule) ?? "", /multiples of 16/);
  assert.match(sizeProblem("3856x2160", rule) ?? "", /longer than 3840/);
  assert.match(sizeProblem("3200x1040", rule) ?? "", /at most 3 times/);
  assert.match(sizeProblem("800x800", rule) ?? "", /at least 0.66 megapixels/);
  assert.match(sizeProblem("3840x2176", rule) ?? "", /at most 8.29 megapixels/);
  assert.equal(sizeRule(rule), "Multiples of 16 up to 3840, at most 3 : 1, 0.66 to 8.29 megapixels.");
});

test("an estimate is one price, or from the least to the most where the model chooses", () => {
  const options = { size: "1024x1024", quality: "low", background: "", format: "" };
  assert.deepEqual(estimateFor(full, options), { least: 0.006, most: 0.006 });
  assert.deepEqual(estimateFor(full, { ...options, quality: "auto" }), { least: 0.006, most: 0.211 });
  assert.deepEqual(estimateFor(full, { ...options, size: "auto" }), { least: 0.005, most: 0.006 });
  assert.deepEqual(estimateFor(full, { ...options, size: "auto", quality: "auto" }), {
    least: 0.005,
    most: 0.211,
  });
});

test("there is no estimate where no price is known", () => {
  const options = { size: "auto", quality: "auto", background: "", format: "" };
  assert.equal(estimateFor(bare, options), null);
  assert.equal(estimateFor(full, { ...options, size: "custom" }), null);
  assert.equal(estimateFor(full, { ...options, quality: "max" }), null);
});

test("dollars have sensible digits", () => {
  const prices: [number, string][] = [
    [0, "$0.00"],
    [0.000123, "$0.00012"],
    [0.006, "$0.006"],
    [0.05, "$0.05"],
    [0.053, "$0.053"],
    [0.0999, "$0.10"],
    [0.2, "$0.20"],
    [0.211, "$0.21"],
    [0.999, "$1.00"],
    [1.2, "$1.20"],
    [12.345, "$12.35"],
  ];
  for (const [usd, text] of prices) assert.equal(formatDollars(usd), text);
});

test("a pending job has a place for each of its images", () => {
  assert.deepEqual(placesOf(job({ n: 2, status: "queued" })), [{ kind: "empty" }, { kind: "empty" }]);
});

test("a partial image keeps its place while others are finished", () => {
  const [first, second] = [item("a", 1), item("b", 2)];
  const partial = { index: 1, url: "/partial" };
  assert.deepEqual(placesOf(job({ n: 4, images: [first, second], partials: [partial] })), [
    { kind: "image", image: first },
    { kind: "partial", url: "/partial" },
    { kind: "image", image: second },
    { kind: "empty" },
  ]);
});

test("an image that is finished drives out its own partial image", () => {
  const done = item("a", 1);
  assert.deepEqual(placesOf(job({ n: 1, images: [done], partials: [{ index: 0, url: "/partial" }] })), [
    { kind: "image", image: done },
  ]);
});

test("a job that has ended has the places of its images only", () => {
  const done = item("a", 1);
  assert.deepEqual(placesOf(job({ n: 4, status: "failed", images: [done] })), [
    { kind: "image", image: done },
  ]);
  assert.deepEqual(placesOf(job({ n: 1, status: "cancelled" })), []);
});
