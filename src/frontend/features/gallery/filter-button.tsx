import { SlidersHorizontal } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import type { Filter } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { Button } from "../../ui/button.tsx";
import { activeCount } from "./active.ts";
import { FilterPanel } from "./filter-panel.tsx";

interface FilterButtonProps {
  filter: Filter;
  total: number | null;
}

/** Opens the filters; on a small screen they are all behind it, so there it also counts them. */
export function FilterButton({ filter, total }: FilterButtonProps) {
  const [right, setRight] = useState<number | null>(null);
  const button = useRef<HTMLSpanElement>(null);
  // A large screen has the stars beside the button.
  const active = activeCount(filter);
  const open = () =>
    setRight(document.documentElement.clientWidth - (button.current?.getBoundingClientRect().right ?? 0));
  return (
    <span ref={button} class="relative inline-flex">
      <Button
        aria-label={active > 0 ? t.filter.openActive(active) : t.filter.open}
        aria-haspopup="dialog"
        aria-expanded={right !== null}
        class="max-sm:px-2"
        onClick={open}
      >
        <SlidersHorizontal size={16} aria-hidden="true" />
        <span class="hidden sm:inline">{t.filter.open}</span>
        <Badge count={active} class="md:hidden" />
        <Badge count={activeCount({ ...filter, starred: false })} class="max-md:hidden" />
      </Button>
      {right !== null && (
        <FilterPanel filter={filter} total={total} right={right} onClose={() => setRight(null)} />
      )}
    </span>
  );
}

/** The number is drawn, and no text of the button: its name says it in words. */
function Badge({ count, class: extra }: { count: number; class: string }) {
  if (count === 0) return null;
  return (
    <span
      data-count={count}
      class={`rounded-full bg-indigo-600 px-1.5 font-medium text-white text-xs before:content-[attr(data-count)] ${extra}`}
    />
  );
}
