import { whenIdle } from "./idle.ts";

/** Registers the worker that keeps a page for when the server is out of reach; the app works without it. */
export function registerWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  const register = () =>
    whenIdle(() => void navigator.serviceWorker.register("/service-worker.js").catch(() => undefined));
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}
