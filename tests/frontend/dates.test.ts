import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, daysLeft, nameRange, presetOf, rangeOf } from "../../src/frontend/lib/dates.ts";

const NOW = Date.parse("2026-03-02T00:30:00Z");
const words = { since: (day: string) => `since ${day}`, until: (day: string) => `until ${day}` };

test("presets begin where one would think, in UTC", () => {
  assert.equal(rangeOf("today", NOW).from, "2026-03-02");
  assert.equal(rangeOf("week", NOW).from, "2026-02-24");
  assert.equal(rangeOf("month", NOW).from, "2026-03-01");
  assert.equal(rangeOf("year", NOW).from, "2026-01-01");
});

test("a range is known by its preset for as long as it is that", () => {
  assert.equal(presetOf(rangeOf("week", NOW), NOW), "week");
  assert.equal(presetOf(rangeOf("week", NOW), NOW + 86_400_000), null);
  assert.equal(presetOf({ from: "2026-03-01", to: "2026-03-02" }, NOW), null);
  assert.equal(presetOf({ from: null, to: null }, NOW), null);
});

test("days are counted over the ends of months and years", () => {
  assert.equal(addDays("2026-02-28", 1), "2026-03-01");
  assert.equal(addDays("2026-01-01", -1), "2025-12-31");
});

test("a range has a short name; its last day is named and not the one after", () => {
  assert.equal(nameRange({ from: "2026-11-01", to: "2026-12-01" }, words), "November 2026");
  assert.equal(nameRange({ from: "2026-12-01", to: "2027-01-01" }, words), "December 2026");
  assert.match(nameRange({ from: "2026-11-01", to: "2026-11-08" }, words), /^Nov 1\s–\s7, 2026$/u);
  assert.equal(nameRange({ from: "2026-11-01", to: null }, words), "since Nov 1, 2026");
  assert.equal(nameRange({ from: null, to: "2026-11-08" }, words), "until Nov 7, 2026");
});

test("days left are whole, begun ones counted, and never outside what is possible", () => {
  const trashed = "2026-03-01T12:00:00Z";
  assert.equal(daysLeft(trashed, 30, Date.parse("2026-03-01T12:00:01Z")), 30);
  assert.equal(daysLeft(trashed, 30, Date.parse("2026-03-02T13:00:00Z")), 29);
  assert.equal(daysLeft(trashed, 30, Date.parse("2026-03-31T11:00:00Z")), 1);
  assert.equal(daysLeft(trashed, 30, Date.parse("2026-06-01T00:00:00Z")), 0);
  assert.equal(daysLeft(trashed, 30, Date.parse("2020-01-01T00:00:00Z")), 30);
});
