import { Route, Switch } from "wouter-preact";
import { CreatePage } from "./features/create/page.tsx";
import { GalleryPage } from "./features/gallery/page.tsx";
import { Layout } from "./features/shell/layout.tsx";
import { NotFound } from "./features/shell/not-found.tsx";
import { TrashPage } from "./features/trash/page.tsx";

export function App() {
  return (
    <Layout>
      <Switch>
        <Route path="/" component={CreatePage} />
        <Route path="/gallery" component={GalleryPage} />
        <Route path="/trash" component={TrashPage} />
        <Route component={NotFound} />
      </Switch>
    </Layout>
  );
}
