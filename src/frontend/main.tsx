import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import { navigate } from "wouter-preact/use-browser-location";
import { App } from "./app.tsx";
import { LoginPage } from "./features/login/page.tsx";
import { LaunchBoundary } from "./features/shell/launch-error.tsx";
import { t } from "./lib/strings.ts";
import { registerWorker } from "./lib/worker.ts";
import { queryClient } from "./state/client.ts";
import { startLive } from "./state/live.ts";
import { startSession } from "./state/session.ts";
import { notifyError } from "./state/toasts.ts";

/** The service worker shows the app under this mark when the server did not answer. */
const unreachable = "offline" in document.documentElement.dataset;

const root = document.getElementById("app");
if (root) {
  // The login is come to and left by loading a page, so that nothing of the one before is there.
  if (location.pathname === "/login" && !unreachable) showLogin(root);
  else showApp(root);
  registerWorker();
}

function showLogin(root: HTMLElement): void {
  render(
    <LaunchBoundary>
      <LoginPage />
    </LaunchBoundary>,
    root,
  );
}

function showApp(root: HTMLElement): void {
  startSession(() => render(null, root));
  render(
    <LaunchBoundary>
      <QueryClientProvider client={queryClient}>
        <App unreachable={unreachable} />
      </QueryClientProvider>
    </LaunchBoundary>,
    root,
  );
  startLive((job) => {
    if (location.pathname === "/") return;
    notifyError(t.failed.job(job.error?.title ?? ""), null, {
      label: t.jobs.view,
      run: () => navigate("/"),
    });
  });
}
