import { useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { averageColour } from "../../lib/placeholder.ts";
import { t } from "../../lib/strings.ts";
import { memo } from "../../ui/memo.ts";
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
  index: number;
  column: number;
  /** Pixels that the cell is wide. */
  size: number;
  selected: boolean;
  selecting: boolean;
  focusable: boolean;
  onFocus: (index: number) => void;
  handlers: TileHandlers;
}

/** One image in the grid; its elements are used again for other images. */
export const Tile = memo(function Tile(props: TileProps) {
  const { item, index, column, size, selected, selecting, focusable, onFocus, handlers } = props;
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
      data-index={index}
      aria-label={name}
      aria-colindex={column}
      aria-selected={selected}
      {...(item.deletedAt !== null && { "aria-describedby": `left-${item.id}` })}
      tabIndex={focusable ? 0 : -1}
      title={name.slice(0, TOOLTIP_LENGTH)}
      class={`group/tile relative min-w-0 cursor-pointer select-none rounded-lg focus-visible:z-10 ${
        selected ? "bg-indigo-500/25" : ""
      }`}
      onPointerEnter={(event) => event.pointerType === "mouse" && setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocusIn={() => {
        setWithin(true);
        onFocus(index);
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
        <Thumb {...item} alt="" size={size} />
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
});

interface EmptyTileProps {
  /** Known for an image that flies past. */
  item: Item | undefined;
  index: number;
  column: number;
  focusable: boolean;
  onFocus: (index: number) => void;
}

/** The place of an image that is still to come, or that is gone before it could be seen. */
export const EmptyTile = memo(function EmptyTile(props: EmptyTileProps) {
  const { item, index, column, focusable, onFocus } = props;
  const colour = item && averageColour(item.placeholder);
  return (
    <div
      role="gridcell"
      data-index={index}
      aria-label={item ? item.prompt || t.image.untitled : t.grid.coming}
      aria-busy="true"
      aria-colindex={column}
      tabIndex={focusable ? 0 : -1}
      class="min-w-0 rounded-lg bg-fill"
      style={colour ? { backgroundColor: colour } : {}}
      onFocusIn={() => onFocus(index)}
    />
  );
});
