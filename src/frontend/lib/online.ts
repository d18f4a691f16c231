import { createStore } from "./store.ts";

/** True while events arrive; the page starts as if they did. */
export const online = createStore(true);
