import { CircleAlert, X } from "lucide-preact";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { dismiss, type Toast, toasts } from "../../state/toasts.ts";
import { IconButton } from "../../ui/button.tsx";

/** What just happened, in a corner; read out without taking the focus. */
export function Toasts() {
  const shown = useStore(toasts);
  return (
    <section
      aria-label={t.toast.label}
      aria-live="polite"
      class="pointer-events-none fixed inset-x-3 bottom-20 z-40 flex flex-col items-center gap-2 md:bottom-4 md:items-end"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, text, tone, action } = toast;
  return (
    <div class="pop-in pointer-events-auto flex max-w-120 items-center gap-2 rounded-xl border border-line bg-raised py-1 pr-1 pl-3.5 text-ink">
      {tone === "error" && <CircleAlert size={16} class="shrink-0" aria-hidden="true" />}
      <p class="wrap-anywhere py-1.5">{text}</p>
      {action && (
        <button
          type="button"
          class="tap h-8 shrink-0 rounded-lg px-2.5 font-medium text-accent transition-colors hover:bg-fill"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
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
