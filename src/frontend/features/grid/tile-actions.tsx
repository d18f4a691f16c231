import { Check, Download, Pencil, RotateCcw, Star, Trash2 } from "lucide-preact";
import type { ComponentChildren } from "preact";
import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { download } from "../../ui/download.ts";
import { DaysLeft } from "./days-left.tsx";
import type { TileHandlers } from "./tile.tsx";

export type TileMode = "live" | "trash";

interface TileActionsProps {
  item: Item;
  selected: boolean;
  selecting: boolean;
  /** The pointer or the focus is on the tile. */
  active: boolean;
  /** The tile is the one that Tab reaches, and so are its controls. */
  focusable: boolean;
  handlers: TileHandlers;
}

/** Appears with the pointer or the focus on the tile; a finger selects by a long touch instead. */
const HIDDEN =
  "opacity-0 group-hover/tile:opacity-100 group-focus-within/tile:opacity-100 group-focus-visible/tile:opacity-100 coarse:pointer-events-none coarse:group-hover/tile:opacity-0 coarse:group-focus-within/tile:opacity-0";

/** Controls along the edges; the centre always belongs to the picture. */
export function TileActions({ item, selected, selecting, active, focusable, handlers }: TileActionsProps) {
  const Actions = handlers.mode === "trash" ? TrashActions : LiveActions;
  return (
    <>
      {active && !selecting && (
        <>
          <div class="pointer-events-none absolute inset-0 rounded-lg bg-linear-to-b from-black/60 via-25% via-transparent coarse:hidden" />
          <div class="absolute inset-x-1 bottom-1 flex justify-end gap-0.5 coarse:hidden">
            <Actions item={item} handlers={handlers} />
          </div>
        </>
      )}
      <TileButton
        label={t.image.select}
        tabIndex={focusable ? 0 : -1}
        pressed={selected}
        class={`top-1 left-1 ${selected || selecting ? "" : HIDDEN}`}
        onClick={(event) => handlers.onSelect(item, event.shiftKey)}
      >
        <span
          class={`flex size-5 items-center justify-center rounded-full border-2 transition-colors ${
            selected
              ? "border-indigo-500 bg-indigo-500 text-white"
              : "border-white bg-black/35 outline outline-black/25"
          }`}
        >
          {selected && <Check size={14} strokeWidth={3} aria-hidden="true" />}
        </span>
      </TileButton>
      {handlers.mode === "trash" && item.deletedAt !== null && (
        <DaysLeft id={`left-${item.id}`} deletedAt={item.deletedAt} />
      )}
      {handlers.mode === "live" && (
        <TileButton
          tabIndex={focusable ? 0 : -1}
          label={item.starred ? t.image.unstar : t.image.star}
          class={`top-1 right-1 ${item.starred ? "coarse:pointer-events-none" : selecting ? "hidden" : HIDDEN}`}
          onClick={() => handlers.onStar(item)}
        >
          <Star
            size={18}
            class={`drop-shadow-sm ${item.starred ? "fill-amber-400 text-amber-400" : ""}`}
            aria-hidden="true"
          />
        </TileButton>
      )}
    </>
  );
}

function LiveActions({ item, handlers }: { item: Item; handlers: TileHandlers }) {
  return (
    <>
      <TileButton label={t.image.edit} onClick={() => handlers.onEdit(item)} filled>
        <Pencil size={16} aria-hidden="true" />
      </TileButton>
      <TileButton label={t.image.download} onClick={() => download(item)} filled>
        <Download size={16} aria-hidden="true" />
      </TileButton>
      <TileButton label={t.image.trash} onClick={() => handlers.onTrash(item)} filled>
        <Trash2 size={16} aria-hidden="true" />
      </TileButton>
    </>
  );
}

function TrashActions({ item, handlers }: { item: Item; handlers: TileHandlers }) {
  return (
    <>
      <TileButton label={t.image.restore} onClick={() => handlers.onRestore(item)} filled>
        <RotateCcw size={16} aria-hidden="true" />
      </TileButton>
      <TileButton
        label={t.image.deleteForever}
        class="hover:bg-red-600!"
        onClick={() => handlers.onDelete(item)}
        filled
      >
        <Trash2 size={16} aria-hidden="true" />
      </TileButton>
    </>
  );
}

interface TileButtonProps {
  label: string;
  class?: string;
  filled?: boolean;
  pressed?: boolean;
  tabIndex?: number;
  onClick: (event: MouseEvent) => void;
  children: ComponentChildren;
}

function TileButton({
  label,
  class: extra = "",
  filled,
  pressed,
  tabIndex = 0,
  onClick,
  children,
}: TileButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      tabIndex={tabIndex}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
      class={`flex size-8 items-center justify-center rounded-lg text-white transition-opacity ${
        filled ? "bg-black/50 hover:bg-black/75" : "absolute"
      } ${extra}`}
      onClick={(event) => {
        event.stopPropagation();
        onClick(event);
      }}
    >
      {children}
    </button>
  );
}
