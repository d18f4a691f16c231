import { ChevronLeft, ChevronRight } from "lucide-preact";
import { t } from "../../lib/strings.ts";
import { showScenes } from "../../state/scenes.ts";
import { Button } from "../../ui/button.tsx";

/** The way through the pages; it stays where it is, so that one can press on. */
export function Pager({ page, pages }: { page: number; pages: number }) {
  const buttons = [
    { label: t.scenes.previous, to: page - 1, icon: ChevronLeft },
    { label: t.scenes.next, to: page + 1, icon: ChevronRight },
  ].map(({ label, to, icon: Icon }) => (
    <Button
      key={label}
      aria-label={label}
      title={label}
      class="px-2"
      disabled={to < 1 || to > pages}
      onClick={() => showScenes({ page: to })}
    >
      <Icon size={16} aria-hidden="true" />
    </Button>
  ));
  return (
    <nav
      aria-label={t.scenes.pages}
      class="flex h-14 shrink-0 items-center justify-center gap-3 border-line border-t"
    >
      {buttons[0]}
      <span role="status" class="min-w-32 text-center text-soft">
        {t.scenes.page(page, pages)}
      </span>
      {buttons[1]}
    </nav>
  );
}
