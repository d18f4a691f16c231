import { useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { Thumb } from "../../ui/thumb.tsx";
import { useLongPress } from "./long-press.ts";
import { TileActions, type TileMode } from "./tile-actions.tsx";

const TOOLTIP_LENGTH = 300;

export interface TileHandlers {
  mode: TileMode;
  onOpen: (item: Item) => void;
  onSelect: (item: Item, range: boolean) => void;
  onStar: (item: Item) => void;
  onEdit: (item: Item) => void;
  onTrash: (item: Item) => void;
  onRestore: (item: Item) => void;
  onDelete: (item: Item) => void;
}

interface TileProps {
  item: Item;
  column: number;
  selected: boolean;
  selecting: boolean;
  focusable: boolean;
  onFocus: (id: string) => void;
  handlers: TileHandlers;
}

export function Tile({ item, column, selected, selecting, focusable, onFocus, handlers }: TileProps) {
  const { onOpen, onSelect } = handlers;
  const [hovered, setHovered] = useState(false);
  const [within, setWithin] = useState(false);
  const press = useLongPress(() => onSelect(item, false));
  const name = item.prompt || t.image.untitled;
  const activate = (event: MouseEvent | KeyboardEvent) => {
    if (selecting || event.shiftKey || event.ctrlKey || event.metaKey) onSelect(item, event.shiftKey);
    else onOpen(item);
  };
  return (
    <div
      role="gridcell"
      id={`tile-${item.id}`}
      aria-label={name}
      aria-colindex={column}
      aria-selected={selected}
      tabIndex={focusable ? 0 : -1}
      title={name.slice(0, TOOLTIP_LENGTH)}
      class={`group/tile relative cursor-pointer select-none rounded-lg focus-visible:z-10 ${
        selected ? "bg-indigo-500/25" : ""
      }`}
      onPointerEnter={(event) => event.pointerType === "mouse" && setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocusIn={() => {
        setWithin(true);
        onFocus(item.id);
      }}
      onFocusOut={(event) =>
        setWithin(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))
      }
      onClick={(event) => !press.swallowed() && activate(event)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (event.key === "Enter") activate(event);
        else if (event.key === " ") onSelect(item, event.shiftKey);
        else return;
        event.preventDefault();
      }}
      {...press.handlers}
    >
      <div class={`size-full rounded-lg transition-transform ${selected ? "scale-[0.88]" : ""}`}>
        <Thumb {...item} alt="" />
      </div>
      <TileActions
        item={item}
        selected={selected}
        selecting={selecting}
        active={hovered || within}
        focusable={focusable}
        handlers={handlers}
      />
    </div>
  );
}
