import { Menu, X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { IconButton } from "../../ui/button.tsx";
import { Modal } from "../../ui/dialog.tsx";
import { Sidebar } from "./sidebar.tsx";

interface HeaderProps {
  title: string;
  note?: string | undefined;
  /** Leaves the room to what else is in the bar; a small screen shows no title then. */
  compact?: boolean;
  children?: ComponentChildren;
}

/** The bar at the top of every page; on small screens it also holds the menu. */
export function Header({ title, note, compact = false, children }: HeaderProps) {
  return (
    <header class="flex h-14 shrink-0 items-center gap-2 border-line border-b px-3 md:px-4">
      <Drawer />
      <div class={compact ? "shrink-0 max-md:sr-only md:mr-4 md:min-w-24" : "min-w-0 flex-1"}>
        <h1 class="truncate font-semibold text-base">{title}</h1>
        {note && <p class="truncate text-soft text-xs">{note}</p>}
      </div>
      {children}
    </header>
  );
}

function Drawer() {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <IconButton label={t.nav.open} class="-ml-1.5 md:hidden" onClick={() => setOpen(true)}>
        <Menu size={20} aria-hidden="true" />
      </IconButton>
      {open && (
        <Modal
          label={t.nav.label}
          onClose={close}
          class="drawer m-0 h-dvh max-h-none w-72 max-w-[80vw] border-line border-r bg-panel text-ink backdrop:bg-black/50"
        >
          <div class="h-full" onClickCapture={(event) => closesDrawer(event.target) && close()}>
            <IconButton label={t.nav.close} class="absolute top-2 right-2" onClick={close}>
              <X size={18} aria-hidden="true" />
            </IconButton>
            <Sidebar />
          </div>
        </Modal>
      )}
    </>
  );
}

function closesDrawer(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, [role=menuitem]") !== null;
}
