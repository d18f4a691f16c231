import { useMemo } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { navigate } from "wouter-preact/use-browser-location";
import { ALL_LIVE, type Filter, filterKey, parseFilter, toParams } from "../lib/filter.ts";

const TRASH = "/trash";

/** What the page's list shows; the address carries it. The same object for as long as it stays the same. */
export function useFilter(): Filter {
  const [path] = useLocation();
  const filter = parseFilter(useSearch(), path === TRASH);
  const key = filterKey(filter);
  return useMemo(() => filter, [key]);
}

export function currentFilter(): Filter {
  return parseFilter(location.search, location.pathname === TRASH);
}

/**
 * Shows other images. It begins at the top: of the address only the filter is kept.
 *
 * @param replace while the person is still typing, so that Back does not go through every word.
 */
export function setFilter(patch: Partial<Filter>, replace = false): void {
  const before = currentFilter();
  const next = { ...before, ...patch, trash: before.trash };
  if (filterKey(next) === filterKey(before)) return;
  const query = toParams({ ...next, trash: false }).toString();
  navigate(query ? `${location.pathname}?${query}` : location.pathname, { replace });
}

export function clearFilter(): void {
  setFilter(ALL_LIVE);
}
