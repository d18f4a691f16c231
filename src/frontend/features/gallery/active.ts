import { nameRange } from "../../lib/dates.ts";
import type { Filter } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";

/** A filter that is on: its words, and what turns it off. */
export interface Active {
  label: string;
  off: Partial<Filter>;
  /** It shows elsewhere on a large screen. */
  small?: boolean;
}

export function activeFilters({ starred, model, orientation, from, to }: Filter): Active[] {
  const active: Active[] = [];
  if (starred) active.push({ label: t.gallery.starred, off: { starred: false }, small: true });
  if (model) active.push({ label: modelName(model), off: { model: null } });
  if (orientation) active.push({ label: t.filter.orientations[orientation], off: { orientation: null } });
  if (from || to) active.push({ label: nameRange({ from, to }, t.filter), off: { from: null, to: null } });
  return active;
}

export function activeCount(filter: Filter): number {
  return activeFilters(filter).length;
}

/** Uploaded images have a model of this name. */
export function modelName(model: string): string {
  return model === "upload" ? t.filter.uploaded : model;
}
