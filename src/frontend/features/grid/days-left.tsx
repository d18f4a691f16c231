import { clock, serverNow } from "../../lib/clock.ts";
import { daysLeft } from "../../lib/dates.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { useConfig } from "../../state/queries.ts";

/** So few days that it is worth a colour. */
const SOON = 3;

/** How long an image in Trash can still be restored; it describes the tile that has its id for a description. */
export function DaysLeft({ id, deletedAt }: { id: string; deletedAt: string }) {
  const trashDays = useConfig().data?.trashDays;
  useStore(clock);
  if (trashDays === undefined) return null;
  const days = daysLeft(deletedAt, trashDays, serverNow());
  // The short form is drawn, and no text, because it says little to who hears it.
  return (
    <span
      title={t.trash.daysLeft(days)}
      data-days={t.trash.daysShort(days)}
      class={`absolute bottom-1.5 left-1.5 rounded-md px-1.5 font-medium text-white text-xs before:content-[attr(data-days)] ${days <= SOON ? "bg-red-700/90" : "bg-black/60"}`}
    >
      <span id={id} hidden>
        {t.trash.daysLeft(days)}
      </span>
    </span>
  );
}
