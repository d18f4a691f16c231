import { ChevronsUpDown, CircleUser, LogOut } from "lucide-preact";
import { useId, useRef, useState } from "preact/hooks";
import { navigate } from "wouter-preact/use-browser-location";
import { t } from "../../lib/strings.ts";
import { logOut } from "../../state/session.ts";
import { MenuList } from "../../ui/menu.tsx";

/** Who is logged in, and what there is to do about it. */
export function AccountMenu({ name }: { name: string }) {
  const id = useId();
  const anchor = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const items = [
    {
      label: t.nav.account,
      icon: <CircleUser size={16} class="text-soft" aria-hidden="true" />,
      run: () => navigate("/account"),
    },
    {
      label: t.nav.logOut,
      icon: <LogOut size={16} class="text-soft" aria-hidden="true" />,
      run: () => void logOut(),
    },
  ];
  return (
    <div ref={anchor}>
      <button
        type="button"
        popovertarget={id}
        aria-haspopup="menu"
        aria-expanded={open}
        class="tap flex h-9 w-full items-center gap-2 rounded-lg px-1.5 text-left transition-colors hover:bg-fill aria-expanded:bg-fill"
      >
        <span
          class="flex size-6 shrink-0 items-center justify-center rounded-full bg-hover font-medium text-xs uppercase"
          aria-hidden="true"
        >
          {[...name][0]}
        </span>
        <span class="min-w-0 flex-1 truncate">{name}</span>
        <span class="sr-only">{t.nav.accountMenu}</span>
        <ChevronsUpDown size={14} class="shrink-0 text-soft" aria-hidden="true" />
      </button>
      <MenuList id={id} label={t.nav.account} items={items} anchor={anchor} above onToggle={setOpen} />
    </div>
  );
}
