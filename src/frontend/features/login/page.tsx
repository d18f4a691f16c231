import { useEffect } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { lazy } from "../shell/lazy.ts";
import { Mark } from "../shell/mark.tsx";
import { Toasts } from "../shell/toasts.tsx";

const LoginForm = lazy(async () => (await import("../../extras.ts")).LoginForm);

/** Where one logs in: a page of its own, beside the app. */
export function LoginPage() {
  useEffect(() => {
    document.title = `${t.nav.logIn} · ${t.app}`;
  }, []);
  return (
    <div class="h-dvh overflow-y-auto">
      <main class="mx-auto flex min-h-full w-full max-w-88 flex-col px-4 pt-[max(1.5rem,22dvh)] pb-6">
        <div class="mb-8 flex items-center gap-2 font-semibold tracking-tight">
          <Mark />
          {t.app}
        </div>
        <LoginForm />
      </main>
      <Toasts />
    </div>
  );
}
