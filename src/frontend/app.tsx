import { Route, Switch } from "wouter-preact";
import { CreatePage } from "./features/create/page.tsx";
import { GalleryPage } from "./features/gallery/page.tsx";
import { Layout } from "./features/shell/layout.tsx";
import { lazy } from "./features/shell/lazy.ts";
import { NotFound } from "./features/shell/not-found.tsx";
import { Unreachable } from "./features/shell/unreachable.tsx";
import { TrashPage } from "./features/trash/page.tsx";

const AccountPage = lazy(async () => (await import("./extras.ts")).AccountPage);
const ScenesPage = lazy(async () => (await import("./extras.ts")).ScenesPage);

/** @param unreachable the service worker shows the app in place of a server that did not answer. */
export function App({ unreachable }: { unreachable: boolean }) {
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
          <Route path="/account" component={AccountPage} />
          <Route component={NotFound} />
        </Switch>
      )}
    </Layout>
  );
}
