import { X } from "lucide-preact";
import type { Filter } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { clearFilter, setFilter } from "../../state/filter.ts";
import { activeFilters } from "./active.ts";

/**
 * The filters that are on, each with the button that turns it off.
 *
 * @param found whether there are images; where none match, their place offers to clear the filters.
 */
export function FilterChips({ filter, found }: { filter: Filter; found: boolean }) {
  const active = activeFilters(filter);
  if (active.length === 0) return null;
  const small = active.every((one) => one.small);
  return (
    <ul
      aria-label={t.filter.active}
      class={`flex shrink-0 items-center gap-1.5 overflow-x-auto border-line border-b px-3 py-1.5 md:px-4 ${small ? "md:hidden" : ""}`}
    >
      {active.map(({ label, off, small: hidden }) => (
        <li key={label} class={hidden ? "md:hidden" : ""}>
          <button
            type="button"
            aria-label={t.filter.remove(label)}
            class="tap flex h-7 items-center gap-1 whitespace-nowrap rounded-full border border-line bg-panel pr-2 pl-3 transition-colors hover:bg-fill"
            onClick={() => setFilter(off)}
          >
            {label}
            <X size={14} class="text-soft" aria-hidden="true" />
          </button>
        </li>
      ))}
      {found && (
        <li>
          <button
            type="button"
            class="tap h-7 whitespace-nowrap rounded-lg px-2 text-soft transition-colors hover:bg-fill hover:text-ink"
            onClick={clearFilter}
          >
            {t.filter.clear}
          </button>
        </li>
      )}
    </ul>
  );
}
