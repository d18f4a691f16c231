import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import { navigate } from "wouter-preact/use-browser-location";
import { App } from "./app.tsx";
import { LaunchBoundary } from "./features/shell/launch-error.tsx";
import { t } from "./lib/strings.ts";
import { registerWorker } from "./lib/worker.ts";
import { queryClient } from "./state/client.ts";
import { startLive } from "./state/live.ts";
import { notifyError } from "./state/toasts.ts";

const root = document.getElementById("app");
if (root) {
  render(
    <LaunchBoundary>
      <QueryClientProvider client={queryClient}>
        <App />
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
  registerWorker();
}
