import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { t } from "../../lib/strings.ts";
import { useComparedIds, useViewedId } from "../../state/route.ts";
import { lazy } from "./lazy.ts";
import { OfflineBanner } from "./offline-banner.tsx";
import { Sidebar } from "./sidebar.tsx";
import { Toasts } from "./toasts.tsx";

const Compare = lazy(async () => (await import("../../extras.ts")).Compare);

export function Layout({ children }: { children: ComponentChildren }) {
  const viewing = useViewedId() !== null;
  const compared = useComparedIds();
  useTitle();
  return (
    <div class="flex h-dvh">
      <a
        href="#main"
        class="sr-only z-50 rounded-lg bg-raised px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {t.nav.skip}
      </a>
      <aside class="hidden w-52 shrink-0 border-line border-r bg-panel md:block">
        <Sidebar />
      </aside>
      <main id="main" tabIndex={-1} class="relative flex min-w-0 flex-1 flex-col outline-none">
        <OfflineBanner />
        {children}
      </main>
      {compared && <Compare left={compared[0]} right={compared[1]} />}
      {!viewing && !compared && <Toasts />}
    </div>
  );
}

function useTitle(): void {
  const [path] = useLocation();
  useEffect(() => {
    const names: Record<string, string> = {
      "/": t.nav.create,
      "/gallery": t.nav.gallery,
      "/trash": t.nav.trash,
      "/scenes": t.nav.scenes,
      "/account": t.nav.account,
    };
    document.title = `${names[path] ?? t.notFound.title} · ${t.app}`;
  }, [path]);
}
