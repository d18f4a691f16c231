import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "../../src/frontend/lib/backoff.ts";
import { addSources, EMPTY_DRAFT, parseDraft } from "../../src/frontend/lib/draft.ts";
import { batches, sortFiles } from "../../src/frontend/lib/files.ts";
import {
  downloadName,
  formatAgo,
  formatBytes,
  formatName,
  formatSize,
} from "../../src/frontend/lib/format.ts";
import { placeholderUrl } from "../../src/frontend/lib/placeholder.ts";
import { uuid } from "../../src/frontend/lib/uuid.ts";

test("the back-off starts at half a second, doubles, and ends at half a minute", () => {
  assert.equal(backoffMs(0, 0), 500);
  assert.equal(backoffMs(3, 0.999999), 4_000);
  assert.equal(backoffMs(3, 0), 2_000);
  assert.equal(backoffMs(50, 0.999999), 30_000);
  assert.equal(backoffMs(50, 0), 15_000);
});

test("a ThumbHash becomes a PNG of its proportions", () => {
  const url = placeholderUrl("1QcSHQRnh493V4dIh4eXh1h4kJUI") ?? "";
  assert.match(url, /^data:image\/png;base64,/);
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (char) => char.charCodeAt(0));
  assert.deepEqual([...bytes.slice(1, 4)], [80, 78, 71]);
  const [width, height] = [bytes[19] ?? 0, bytes[23] ?? 0];
  assert.ok(width > 0 && height > 0 && Math.max(width, height) === 32);
});

test("what is no ThumbHash has no placeholder", () => {
  assert.equal(placeholderUrl(""), null);
  assert.equal(placeholderUrl("AAA="), null);
  assert.equal(placeholderUrl("not base64 at all!"), null);
});

test("a stored draft is read back", () => {
  const draft = {
    prompt: "a cat",
    model: "sketch",
    size: "custom",
    customSize: "1280x768",
    quality: "high",
    background: "opaque",
    format: "webp",
    count: 3,
    sources: [{ id: "s", thumb: "/t", label: "a dog" }],
  };
  assert.deepEqual(parseDraft(JSON.stringify(draft)), draft);
});

test("a draft that cannot be read is empty, and one in part is kept in part", () => {
  assert.deepEqual(parseDraft(null), EMPTY_DRAFT);
  assert.deepEqual(parseDraft("{"), EMPTY_DRAFT);
  assert.deepEqual(parseDraft("null"), EMPTY_DRAFT);
  const partly = parseDraft('{"prompt":"a cat","count":-1,"sources":[{"id":1},null]}');
  assert.deepEqual(partly, { ...EMPTY_DRAFT, prompt: "a cat" });
});

test("a source is added once", () => {
  const source = { id: "s", thumb: "/t", label: "a dog" };
  const once = addSources(EMPTY_DRAFT, [source]);
  assert.equal(addSources(once, [source, { ...source, id: "u" }]).sources.length, 2);
});

test("files are sorted by type and sent a hundred at a time", () => {
  const { images, refused } = sortFiles([
    new File([], "a.png", { type: "image/png" }),
    new File([], "b.svg", { type: "image/svg+xml" }),
  ]);
  assert.deepEqual([images.length, refused], [1, ["b.svg"]]);
  assert.deepEqual(
    batches(Array.from({ length: 250 })).map((batch) => batch.length),
    [100, 100, 50],
  );
  assert.deepEqual(batches([]), []);
});

test("figures are written for people", () => {
  assert.equal(formatBytes(0), "0 B");
  assert.equal(formatBytes(42_700), "42.7 kB");
  assert.equal(formatBytes(3_000_000), "3 MB");
  assert.equal(formatSize("1024x1536"), "1024 × 1536");
  assert.equal(formatSize("auto"), "Auto");
  assert.deepEqual(["png", "webp"].map(formatName), ["PNG", "WebP"]);
  assert.equal(formatAgo("2026-11-21T12:00:00Z", Date.parse("2026-11-21T12:00:59Z")), "now");
  assert.equal(formatAgo("2026-11-21T12:00:00Z", Date.parse("2026-11-21T14:10:00Z")), "2 hr. ago");
  assert.equal(formatAgo("2026-11-21T12:00:00Z", Date.parse("2026-11-21T11:00:00Z")), "now");
});

test("a download is named by its prompt", () => {
  assert.equal(
    downloadName("A cat, at night!", "01a1-abcdef", "/uploads/x.webp"),
    "a-cat-at-night-abcdef.webp",
  );
  assert.equal(downloadName("  ", "01a1-abcdef", "/uploads/x"), "image-abcdef.png");
  assert.equal(downloadName("قطة", "01a1-abcdef", "/uploads/x.png?v=1"), "قطة-abcdef.png");
});

test("a UUID has version 4 and the right variant", () => {
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
