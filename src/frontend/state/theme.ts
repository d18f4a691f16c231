import { createStore } from "../lib/store.ts";

export type Theme = "light" | "dark" | "system";

const KEY = "aiimagecraft.theme";

/** The chosen theme; the page's head has applied it before the first paint. */
export const theme = createStore<Theme>(read());

export function chooseTheme(next: Theme): void {
  localStorage.setItem(KEY, next);
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
  theme.set(next);
}

function read(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}
