import { CircleAlert, X } from "lucide-preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { dismiss, holdToasts, type Toast, toasts } from "../../state/toasts.ts";
import { IconButton } from "../../ui/button.tsx";
import { isTyping } from "../../ui/keys.ts";
import { Progress } from "../../ui/progress.tsx";

/** What just happened, in a corner; read out without taking the focus. */
export function Toasts() {
  const shown = useStore(toasts);
  const none = shown.length === 0;
  useUndoKey();
  useEffect(() => {
    // The last one leaves without the pointer or the focus leaving it.
    if (none) holdToasts(false);
  }, [none]);
  return (
    <section
      aria-label={t.toast.label}
      aria-live="polite"
      class="pointer-events-none fixed inset-x-3 bottom-28 z-40 flex flex-col items-center gap-2 md:bottom-4 md:items-end"
      onPointerEnter={() => holdToasts(true)}
      onPointerLeave={() => holdToasts(false)}
      onFocusIn={() => holdToasts(true)}
      onFocusOut={() => holdToasts(false)}
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

/** Ctrl+Z presses the Undo that came last. */
function useUndoKey(): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const control = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!control || event.key.toLowerCase() !== "z" || isTyping(event)) return;
      const toast = toasts
        .get()
        .filter(({ action }) => action?.label === t.toast.undo)
        .at(-1);
      if (!toast) return;
      event.preventDefault();
      press(toast);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function press({ id, action }: Toast): void {
  dismiss(id);
  action?.run();
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, text, tone, action, progress } = toast;
  if (progress !== undefined) {
    return (
      <div class="pop-in pointer-events-auto flex w-72 max-w-full flex-col gap-2 rounded-xl border border-line bg-raised px-3.5 py-3 text-ink">
        <p>{text}</p>
        <Progress label={text} value={progress} />
      </div>
    );
  }
  return (
    <div class="pop-in pointer-events-auto flex max-w-120 items-center gap-2 rounded-xl border border-line bg-raised py-1 pr-1 pl-3.5 text-ink">
      {tone === "error" && <CircleAlert size={16} class="shrink-0" aria-hidden="true" />}
      <p class="wrap-anywhere py-1.5">{text}</p>
      {action && (
        <button
          type="button"
          class="tap h-8 shrink-0 rounded-lg px-2.5 font-medium text-accent transition-colors hover:bg-fill"
          {...(action.label === t.toast.undo && { "aria-keyshortcuts": "Control+Z" })}
          onClick={() => press(toast)}
        >
          {action.label}
        </button>
      )}
      <IconButton label={t.toast.dismiss} onClick={() => dismiss(id)}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
