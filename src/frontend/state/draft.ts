import { navigate } from "wouter-preact/use-browser-location";
import type { Item } from "../api/types.gen.ts";
import { addSources, type Draft, type DraftSource, parseDraft, toSource } from "../lib/draft.ts";
import { createStore } from "../lib/store.ts";
import { t } from "../lib/strings.ts";

const KEY = "aiimagecraft.draft";

/** The prompt form, kept across pages and reloads. */
export const draft = createStore<Draft>(parseDraft(localStorage.getItem(KEY)));

draft.subscribe(() => localStorage.setItem(KEY, JSON.stringify(draft.get())));

export function updateDraft(change: Partial<Draft>): void {
  draft.set((current) => ({ ...current, ...change }));
}

export function addDraftSources(sources: DraftSource[]): void {
  draft.set((current) => addSources(current, sources));
}

/** Takes an image to the prompt form as a source. */
export function editImage(item: Item): void {
  addDraftSources([toSource(item, item.prompt || t.image.untitled)]);
  navigate("/");
}
