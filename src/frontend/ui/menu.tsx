import type { ComponentChildren, RefObject } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { IconButton } from "./button.tsx";

export interface MenuItem {
  label: string;
  icon?: ComponentChildren;
  run: () => void;
}

interface MenuProps {
  label: string;
  /** Shown when there is no item. */
  none: string;
  items: MenuItem[];
  children: ComponentChildren;
}

const GAP_PX = 4;

/** A button with a short list of things to do. The browser closes it on Esc and on a press elsewhere. */
export function Menu({ label, none, items, children }: MenuProps) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <span ref={anchor} class="inline-flex">
      <IconButton
        label={label}
        popovertarget={id}
        aria-haspopup="menu"
        aria-expanded={open}
        class="aria-expanded:bg-fill aria-expanded:text-ink"
        disabled={items.length === 0}
        {...(items.length === 0 && { title: none })}
      >
        {children}
      </IconButton>
      <MenuList id={id} label={label} items={items} anchor={anchor} onToggle={setOpen} />
    </span>
  );
}

interface MenuListProps {
  id: string;
  label: string;
  items: MenuItem[];
  /** What the list hangs on. */
  anchor: RefObject<HTMLElement>;
  /** Stands on top of it and is as wide, instead of hanging below its right end. */
  above?: boolean;
  onToggle: (open: boolean) => void;
}

/** The list of a menu; a button with its id as `popovertarget` opens it. */
export function MenuList({ id, label, items, anchor, above = false, onToggle }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null);
  const place = () => {
    const box = anchor.current?.getBoundingClientRect();
    if (!box || !list.current) return;
    const { clientWidth, clientHeight } = document.documentElement;
    const { style } = list.current;
    if (above) {
      style.bottom = `${clientHeight - box.top + GAP_PX}px`;
      style.left = `${box.left}px`;
      style.width = `${box.width}px`;
    } else {
      style.top = `${box.bottom + GAP_PX}px`;
      style.right = `${clientWidth - box.right}px`;
    }
  };
  const move = (by: number | "first" | "last") => {
    const all = [...(list.current?.querySelectorAll("button") ?? [])];
    const now = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = by === "first" ? 0 : by === "last" ? all.length - 1 : (now + by + all.length) % all.length;
    all[to]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" || event.key === "Tab") return;
    event.stopPropagation();
    const by = ({ ArrowDown: 1, ArrowUp: -1, Home: "first", End: "last" } as const)[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  };
  return (
    <div
      ref={list}
      id={id}
      popover="auto"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      class={`pop-in fixed inset-auto m-0 rounded-xl border border-line bg-raised p-1 text-ink ${above ? "" : "min-w-48"}`}
      onBeforeToggle={place}
      onToggle={(event) => {
        onToggle(event.newState === "open");
        if (event.newState === "open") move("first");
      }}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          class="tap flex h-8 w-full items-center gap-2.5 whitespace-nowrap rounded-lg px-2.5 text-left transition-colors hover:bg-fill"
          onClick={() => {
            list.current?.hidePopover();
            item.run();
          }}
        >
          {item.icon}
          {item.label}
        </button>
      ))}
    </div>
  );
}
