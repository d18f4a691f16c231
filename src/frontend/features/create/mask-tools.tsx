import { Brush as BrushIcon, Eraser, PaintBucket, SquareDashed, Undo2 } from "lucide-preact";
import type { Step, Stroke } from "../../lib/mask.ts";
import { t } from "../../lib/strings.ts";
import { Button, IconButton } from "../../ui/button.tsx";

export interface Brush {
  kind: Stroke["kind"];
  /** From 0 to 100. */
  size: number;
}

interface MaskToolsProps {
  brush: Brush;
  undoable: boolean;
  onBrush: (brush: Brush) => void;
  onStep: (step: Step) => void;
  onUndo: () => void;
}

const KINDS = [
  { kind: "paint", label: t.mask.paintMode, icon: BrushIcon },
  { kind: "erase", label: t.mask.eraseMode, icon: Eraser },
] as const;

export function MaskTools({ brush, undoable, onBrush, onStep, onUndo }: MaskToolsProps) {
  return (
    <div class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <fieldset class="flex rounded-lg border border-line p-0.5">
        <legend class="sr-only">{t.mask.tool}</legend>
        {KINDS.map(({ kind, label, icon: Icon }) => (
          <label
            key={kind}
            class="tap relative flex h-7 cursor-pointer items-center justify-center gap-1.5 rounded-md px-2.5 text-soft transition-colors hover:text-ink has-checked:bg-hover has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="mask-tool"
              class="sr-only"
              checked={brush.kind === kind}
              onChange={() => onBrush({ ...brush, kind })}
            />
            <Icon size={16} aria-hidden="true" />
            {label}
          </label>
        ))}
      </fieldset>
      <label class="flex min-w-32 flex-1 items-center gap-2 text-soft">
        <span class="size-1.5 shrink-0 rounded-full bg-current" aria-hidden="true" />
        <input
          type="range"
          min={0}
          max={100}
          aria-label={t.mask.brush}
          class="tap w-full max-w-56 accent-indigo-600"
          value={brush.size}
          onInput={(event) => onBrush({ ...brush, size: event.currentTarget.valueAsNumber })}
        />
        <span class="size-4 shrink-0 rounded-full bg-current" aria-hidden="true" />
      </label>
      <div class="flex items-center gap-1">
        <IconButton label={t.mask.undo} disabled={!undoable} onClick={onUndo}>
          <Undo2 size={18} aria-hidden="true" />
        </IconButton>
        <IconButton label={t.mask.all} onClick={() => onStep({ kind: "all" })}>
          <PaintBucket size={18} aria-hidden="true" />
        </IconButton>
        <IconButton label={t.mask.invert} onClick={() => onStep({ kind: "invert" })}>
          <SquareDashed size={18} aria-hidden="true" />
        </IconButton>
        <Button tone="quiet" onClick={() => onStep({ kind: "clear" })}>
          {t.mask.clear}
        </Button>
      </div>
    </div>
  );
}
