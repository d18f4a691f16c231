import { Star, Upload } from "lucide-preact";
import type { Filter } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { setFilter } from "../../state/filter.ts";
import { Button } from "../../ui/button.tsx";
import { FilePicker } from "../../ui/file-picker.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { CellSizeSlider } from "../grid/cell-size.tsx";
import { Header } from "../shell/header.tsx";
import { FilterButton } from "./filter-button.tsx";

interface GalleryHeaderProps {
  filter: Filter;
  /** How many images match; null while it is not known. */
  total: number | null;
  onFiles: (files: File[]) => void;
}

/** Finding on the left, adding on the right; one row, on a phone too. */
export function GalleryHeader({ filter, total, onFiles }: GalleryHeaderProps) {
  return (
    <Header title={t.nav.gallery} note={total === null ? undefined : t.filter.count(total)} compact>
      <SearchBox
        label={t.filter.search}
        value={filter.q}
        onSearch={(q, replace) => setFilter({ q }, replace)}
      />
      <span class="flex items-center gap-2 md:ml-auto">
        <span class="mr-2 flex max-lg:hidden">
          <CellSizeSlider />
        </span>
        <StarredToggle on={filter.starred} />
        <FilterButton filter={filter} total={total} />
        <FilePicker onFiles={onFiles}>
          {(open) => (
            <Button onClick={open} aria-label={t.gallery.upload} class="max-lg:px-2">
              <Upload size={16} aria-hidden="true" />
              <span class="hidden lg:inline">{t.gallery.upload}</span>
            </Button>
          )}
        </FilePicker>
      </span>
    </Header>
  );
}

function StarredToggle({ on }: { on: boolean }) {
  return (
    <Button
      aria-label={t.gallery.starred}
      aria-pressed={on}
      class={`max-md:hidden! max-lg:px-2 ${on ? "border-amber-500/60! bg-amber-400/15!" : ""}`}
      onClick={() => setFilter({ starred: !on })}
    >
      <Star size={16} class={on ? "fill-amber-400 text-amber-500" : ""} aria-hidden="true" />
      <span class="hidden lg:inline">{t.gallery.starred}</span>
    </Button>
  );
}
