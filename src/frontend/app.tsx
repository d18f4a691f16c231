import { Route, Switch } from "wouter-preact";
import { CreatePage } from "./features/create/page.tsx";
import { GalleryPage } from "./features/gallery/page.tsx";
import { Layout } from "./features/shell/layout.tsx";
import { lazy } from "./features/shell/lazy.ts";
import { NotFound } from "./features/shell/not-found.tsx";
import { Unreachable } from "./features/shell/unreachable.tsx";
import { TrashPage } from "./features/trash/page.tsx";

const ScenesPage = lazy(async () => (await import("./extras.ts")).ScenesPage);

/** The service worker shows the app under this mark when the server did not answer. */
const unreachable = "offline" in document.documentElement.dataset;

export function App() {
  return (
    <Layout>
      {unreachable ? (
        <Unreachable />
      ) : (
        <Switch>
          <Route path="/" component={CreatePage} />
          <Route path="/gallery" component={GalleryPage} />
          <Route path="/trash" component={TrashPage} />
          <Route path="/scenes" component={ScenesPage} />
          <Route component={NotFound} />
        </Switch>
      )}
    </Layout>
  );
}
