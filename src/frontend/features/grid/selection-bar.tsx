import type { LucideIcon } from "lucide-preact";
import { X } from "lucide-preact";
import { t } from "../../lib/strings.ts";
import { Button, IconButton } from "../../ui/button.tsx";

export interface SelectionAction {
  label: string;
  icon: LucideIcon;
  danger?: boolean;
  run: () => void;
}

interface SelectionBarProps {
  count: number;
  actions: SelectionAction[];
  onClear: () => void;
}

/** What can be done with the chosen images; within a thumb's reach on small screens. */
export function SelectionBar({ count, actions, onClear }: SelectionBarProps) {
  return (
    <div
      role="toolbar"
      aria-label={t.grid.toolbar}
      class="pop-in absolute inset-x-3 bottom-4 z-20 mx-auto flex w-fit max-w-full items-center gap-1 rounded-xl border border-line bg-raised p-1.5"
    >
      <IconButton label={t.grid.clear} onClick={onClear}>
        <X size={18} aria-hidden="true" />
      </IconButton>
      <span class="whitespace-nowrap pr-2 font-medium" aria-live="polite">
        {t.grid.selected(count)}
      </span>
      {actions.map(({ label, icon: Icon, danger, run }) => (
        <Button
          key={label}
          tone="quiet"
          aria-label={label}
          class={danger ? "text-danger!" : ""}
          onClick={run}
        >
          <Icon size={16} aria-hidden="true" />
          <span class="hidden sm:inline">{label}</span>
        </Button>
      ))}
    </div>
  );
}
