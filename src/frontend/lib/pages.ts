import type { GalleryPage, Item } from "../api/types.gen.ts";

/** Which images a list of pages shows. */
export interface PageFilter {
  trash: boolean;
  starred: boolean;
  model: string | null;
}

/** True when an image belongs in a list with this filter. */
export function matches(item: Item, filter: PageFilter): boolean {
  if ((item.deletedAt !== null) !== filter.trash) return false;
  if (filter.starred && !item.starred) return false;
  return filter.model === null || filter.model === item.model;
}

/** Sorts newest first; times may carry fractions of different length, so text order alone is wrong. */
export function compareItems(a: Item, b: Item): number {
  const left = orderKey(a);
  const right = orderKey(b);
  return left < right ? 1 : left > right ? -1 : 0;
}

function orderKey(item: Item): string {
  const time = item.createdAt;
  return time.slice(0, 19) + time.slice(20, -1).padEnd(9, "0") + item.id;
}

/** All images of the pages in order; a row that two pages both hold is listed once. */
export function flatten(pages: readonly GalleryPage[]): Item[] {
  const seen = new Set<string>();
  const items: Item[] = [];
  for (const page of pages) {
    for (const item of page.items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      items.push(item);
    }
  }
  return items;
}

/** The cursor to continue from, or null when the last page has been loaded. */
export function nextCursor(pages: readonly GalleryPage[]): string | null {
  return pages.at(-1)?.nextCursor ?? null;
}

/**
 * Puts images in their places. One that is older than everything loaded is left out while more pages
 * wait on the server, because its own page will bring it.
 */
export function insertItems(pages: GalleryPage[], added: readonly Item[]): GalleryPage[] {
  const known = new Set(pages.flatMap((page) => page.items.map((item) => item.id)));
  const fresh = added.filter((item) => !known.has(item.id)).sort(compareItems);
  if (fresh.length === 0) return pages;
  let rest = fresh;
  return pages.map((page, index) => {
    const isLast = index === pages.length - 1;
    const bound = page.items.at(-1);
    const here = rest.filter((item) =>
      bound && compareItems(item, bound) < 0 ? true : isLast && page.nextCursor === null,
    );
    if (here.length === 0) return page;
    rest = rest.filter((item) => !here.includes(item));
    return { ...page, items: [...page.items, ...here].sort(compareItems) };
  });
}

/** Replaces images by id where they stand. */
export function replaceItems(pages: GalleryPage[], changed: ReadonlyMap<string, Item>): GalleryPage[] {
  return mapPages(pages, (items) =>
    items.some((item) => changed.has(item.id))
      ? items.map((item) => {
          const next = changed.get(item.id);
          return next ? { ...item, ...next } : item;
        })
      : items,
  );
}

/** Removes images by id. */
export function removeItems(pages: GalleryPage[], ids: ReadonlySet<string>): GalleryPage[] {
  return mapPages(pages, (items) =>
    items.some((item) => ids.has(item.id)) ? items.filter((item) => !ids.has(item.id)) : items,
  );
}

function mapPages(pages: GalleryPage[], change: (items: Item[]) => Item[]): GalleryPage[] {
  let touched = false;
  const next = pages.map((page) => {
    const items = change(page.items);
    if (items === page.items) return page;
    touched = true;
    return { ...page, items };
  });
  return touched ? next : pages;
}
