import type { Item } from "../../api/types.gen.ts";
import { GAP_PX, type Geometry } from "../../lib/geometry.ts";
import { Tile, type TileHandlers } from "./tile.tsx";

interface GridRowProps {
  index: number;
  shape: Geometry;
  items: Item[];
  selected: ReadonlySet<string>;
  focused: string | null;
  onFocus: (id: string) => void;
  handlers: TileHandlers;
}

export function GridRow({ index, shape, items, selected, focused, onFocus, handlers }: GridRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      class="absolute inset-x-0 top-0 grid"
      style={{
        transform: `translateY(${index * shape.step}px)`,
        height: `${shape.cell}px`,
        gap: `${GAP_PX}px`,
        gridTemplateColumns: `repeat(${shape.columns}, minmax(0, 1fr))`,
      }}
    >
      {items.map((item, column) => (
        <Tile
          key={item.id}
          item={item}
          column={column + 1}
          selected={selected.has(item.id)}
          selecting={selected.size > 0}
          focusable={item.id === focused}
          onFocus={onFocus}
          handlers={handlers}
        />
      ))}
    </div>
  );
}
