import { Star } from "lucide-preact";
import type { Filter } from "../../lib/filter.ts";
import { isEmpty } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { clearFilter, setFilter } from "../../state/filter.ts";
import { useModels } from "../../state/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Modal } from "../../ui/dialog.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Select } from "../../ui/select.tsx";
import { modelName } from "./active.ts";
import { DateFields } from "./date-fields.tsx";

interface FilterPanelProps {
  filter: Filter;
  total: number | null;
  /** Where the button ends, from the right edge of the page. */
  right: number;
  onClose: () => void;
}

/** Every filter in one place: below its button, and from the lower edge on a small screen. */
export function FilterPanel({ filter, total, right, onClose }: FilterPanelProps) {
  return (
    <Modal
      label={t.filter.open}
      onClose={onClose}
      style={{ "--right": `${right}px` }}
      class="pop-in inset-auto m-0 w-80 max-w-none border-line bg-raised text-ink backdrop:bg-black/50 max-md:inset-x-0 max-md:bottom-0 max-md:w-full max-md:rounded-t-xl max-md:border-t md:top-15 md:right-(--right) md:rounded-xl md:border md:backdrop:bg-transparent"
    >
      {/* The focus begins on the whole, so that no field looks chosen before one is. */}
      <div
        tabIndex={-1}
        autofocus
        class="flex flex-col gap-4 p-4 outline-none max-md:pb-[max(1rem,env(safe-area-inset-bottom))]"
      >
        <h2 class="sr-only">{t.filter.open}</h2>
        <Button
          aria-pressed={filter.starred}
          class="justify-start! md:hidden"
          onClick={() => setFilter({ starred: !filter.starred })}
        >
          <Star size={16} class={filter.starred ? "fill-amber-400 text-amber-500" : ""} aria-hidden="true" />
          {t.gallery.starred}
        </Button>
        <Models chosen={filter.model} />
        <fieldset>
          <legend class="mb-1.5 text-soft text-xs">{t.filter.orientation}</legend>
          <Segments
            name="orientation"
            value={filter.orientation ?? ""}
            options={[
              { value: "", label: t.filter.any },
              { value: "landscape", label: t.filter.orientations.landscape },
              { value: "portrait", label: t.filter.orientations.portrait },
              { value: "square", label: t.filter.orientations.square },
            ]}
            onChange={(value) => setFilter({ orientation: value || null })}
          />
        </fieldset>
        <DateFields filter={filter} />
        <div class="flex items-center justify-between gap-2">
          {!isEmpty(filter) && (
            <Button tone="quiet" class="-ml-3" onClick={clearFilter}>
              {t.filter.clear}
            </Button>
          )}
          <Button
            class="ml-auto max-md:flex-1 max-md:border-transparent! max-md:bg-indigo-600! max-md:text-white!"
            onClick={onClose}
          >
            {total === null ? t.filter.done : t.filter.show(total)}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function Models({ chosen }: { chosen: string | null }) {
  const known = useModels().data?.items ?? [];
  const gone = chosen !== null && !known.some(({ name }) => name === chosen);
  return (
    <div>
      <p class="mb-1.5 text-soft text-xs" aria-hidden="true">
        {t.filter.model}
      </p>
      <Select
        label={t.filter.model}
        value={chosen ?? ""}
        class="flex w-full rounded-lg border border-line"
        options={[
          { value: "", label: t.filter.anyModel },
          ...known.map(({ name, count }) => ({
            value: name,
            label: t.filter.modelCount(modelName(name), count),
          })),
          ...(gone ? [{ value: chosen, label: modelName(chosen) }] : []),
        ]}
        onChange={(value) => setFilter({ model: value || null })}
      />
    </div>
  );
}
