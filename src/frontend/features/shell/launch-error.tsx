import { Component, type ComponentChildren } from "preact";
import { t } from "../../lib/strings.ts";

/** Stands in for the app when it cannot render; it uses no services, so it always can. */
export class LaunchBoundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <LaunchError /> : this.props.children;
  }
}

function LaunchError() {
  return (
    <main role="alert" class="flex h-dvh flex-col items-center justify-center gap-1 p-6 text-center">
      <h1 class="font-medium text-base">{t.launch.title}</h1>
      <p class="text-soft">{t.launch.body}</p>
      <button
        type="button"
        class="tap mt-4 h-8 rounded-lg bg-indigo-600 px-3 font-medium text-white"
        onClick={() => location.reload()}
      >
        {t.launch.action}
      </button>
    </main>
  );
}
