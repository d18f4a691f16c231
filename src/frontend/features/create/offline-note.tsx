import { PencilLine } from "lucide-preact";
import { t } from "../../lib/strings.ts";

/** Says plainly that the offline painter is no model. */
export function OfflineNote() {
  return (
    <p class="mt-3 flex gap-2 px-1 text-soft">
      <PencilLine size={16} class="mt-0.5 shrink-0" aria-hidden="true" />
      <span>
        <span class="text-ink">{t.create.offlineLead}</span> {t.create.offline}
      </span>
    </p>
  );
}
