import type { LucideIcon } from "lucide-preact";
import { X } from "lucide-preact";
import { useLayoutEffect } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { isTyping, keyName } from "../../ui/keys.ts";

export interface SelectionAction {
  label: string;
  icon: LucideIcon;
  danger?: boolean;
  /** The key that does it, such as `s`, `Delete` or `Shift+d`. */
  keys?: string;
  run: () => void;
}

interface SelectionBarProps {
  count: number;
  /** How many images match; null while it is not known. */
  total: number | null;
  actions: SelectionAction[];
  onSelectAll: () => void;
  onClear: () => void;
}

/** What can be done with the chosen images; within a thumb's reach on small screens. */
export function SelectionBar({ count, total, actions, onSelectAll, onClear }: SelectionBarProps) {
  useKeys(actions);
  const all = total !== null && count >= total;
  return (
    <div
      role="toolbar"
      aria-label={t.grid.toolbar}
      class="pop-in absolute inset-x-0 bottom-0 z-20 flex flex-wrap items-center gap-x-1 border-line border-t bg-raised p-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))] md:inset-x-3 md:bottom-4 md:mx-auto md:w-fit md:max-w-full md:flex-nowrap md:rounded-xl md:border md:pb-1.5"
    >
      <IconButton label={t.grid.clear} onClick={onClear}>
        <X size={18} aria-hidden="true" />
      </IconButton>
      <span class="whitespace-nowrap font-medium" aria-live="polite">
        {all && count > 1 ? t.grid.allSelected(count) : t.grid.selected(count)}
      </span>
      {all ? (
        <span class="flex-1 md:w-1 md:flex-none" />
      ) : (
        <Button
          tone="quiet"
          class="text-accent! max-md:ml-auto"
          aria-keyshortcuts="Control+A"
          onClick={onSelectAll}
        >
          {total === null ? t.grid.selectAll : t.grid.selectAllOf(total)}
        </Button>
      )}
      <span class="h-5 w-px bg-line max-md:hidden" aria-hidden="true" />
      <div class="flex max-md:w-full max-md:justify-around">
        {actions.map(({ label, icon: Icon, danger, keys, run }) => (
          <Button
            key={label}
            tone="quiet"
            aria-label={label}
            title={label}
            {...(keys && { "aria-keyshortcuts": keys.replace(/^[a-z]$/, (key) => key.toUpperCase()) })}
            class={danger ? "text-danger!" : ""}
            onClick={run}
          >
            <Icon size={18} aria-hidden="true" />
            <span class="hidden xl:inline">{label}</span>
          </Button>
        ))}
      </div>
    </div>
  );
}

/** The keys act on the selection for as long as there is one. */
function useKeys(actions: SelectionAction[]): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event)) return;
      const action = actions.find(({ keys }) => keys === keyName(event));
      if (!action) return;
      event.preventDefault();
      action.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [actions]);
}
