import type { GalleryPage, Item } from "../../src/frontend/api/types.gen.ts";

/** An image that was made `minute` minutes past noon. */
export function item(id: string, minute: number, change: Partial<Item> = {}): Item {
  return {
    id,
    thumb: `/uploads/thumb/${id}.webp`,
    thumb2x: null,
    preview: null,
    full: `/uploads/${id}.png`,
    prompt: `prompt of ${id}`,
    model: "sketch",
    width: 100,
    height: 100,
    createdAt: `2026-11-21T12:${String(minute).padStart(2, "0")}:00Z`,
    starred: false,
    deletedAt: null,
    placeholder: "",
    ...change,
  };
}

export function page(items: Item[], nextCursor: string | null = null): GalleryPage {
  return { items, nextCursor, prevCursor: null };
}

export function idsOf(pages: readonly GalleryPage[]): string[][] {
  return pages.map(({ items }) => items.map(({ id }) => id));
}
