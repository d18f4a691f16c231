import { formatMonth } from "../../lib/format.ts";
import { HEADING_PX } from "../../lib/layout.ts";
import type { MonthCount } from "../../lib/timeline.ts";

export function MonthLabel({ month: { month, count } }: { month: MonthCount }) {
  return (
    <div class="flex items-center gap-2 px-1" style={{ height: `${HEADING_PX}px` }}>
      <span class="font-medium">{formatMonth(month)}</span>
      <span class="text-soft text-xs">{count.toLocaleString("en")}</span>
    </div>
  );
}

/** The month that is at the top of the screen, over the rows that pass beneath it. */
export function StickyMonth({ month }: { month: MonthCount | undefined }) {
  if (!month) return null;
  return (
    <div aria-hidden="true" class="pointer-events-none sticky top-0 z-10 h-0">
      <div class="bg-canvas">
        <MonthLabel month={month} />
      </div>
    </div>
  );
}
