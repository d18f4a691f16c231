// Keeps one page for when the server cannot be reached. It answers nothing else: what the app shows comes from
// the server or from the browser's own cache, never from here.

interface Lasting extends Event {
  waitUntil: (work: Promise<unknown>) => void;
}

interface Fetching extends Lasting {
  request: Request;
  preloadResponse: Promise<Response | undefined>;
  respondWith: (answer: Promise<Response>) => void;
}

interface Scope {
  /** What the build puts before this script. */
  shell: { version: string; addresses: string[] };
  registration: ServiceWorkerRegistration;
  skipWaiting: () => Promise<void>;
  addEventListener: ((type: "install" | "activate", listener: (event: Lasting) => void) => void) &
    ((type: "fetch", listener: (event: Fetching) => void) => void);
}

const OURS = "aiimagecraft-shell-";

const scope = self as unknown as Scope;
const { version, addresses } = scope.shell;
const [offlinePage = "/offline.html"] = addresses;
const kept = new Set(addresses);

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(visit(event));
  else if (kept.has(new URL(request.url).pathname)) event.respondWith(load(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(OURS + version);
  await cache.addAll(addresses);
  // A page that is open needs nothing of the worker before this one.
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(OURS) && name !== OURS + version);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.registration.navigationPreload?.enable();
}

/** The network decides what a page is; only when it is silent does the kept page stand in. */
async function visit({ request, preloadResponse }: Fetching): Promise<Response> {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch (error) {
    const page = await caches.match(offlinePage);
    if (page) return page;
    throw error;
  }
}

/** These names change with their content, so a kept one is always right. */
async function load(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
