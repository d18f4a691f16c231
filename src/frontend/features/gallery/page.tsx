import { useCallback, useMemo } from "preact/hooks";
import { filterKey } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { chosenFrom } from "../../state/chosen.ts";
import { useFilter } from "../../state/filter.ts";
import { useLibrary } from "../../state/library.ts";
import { uploadToGallery } from "../../state/uploads.ts";
import { useFileDrop } from "../../ui/drop.ts";
import { DropOverlay } from "../../ui/drop-overlay.tsx";
import { ImageBrowser } from "../grid/browser.tsx";
import type { SelectionAction } from "../grid/selection-bar.tsx";
import { useSelection } from "../grid/use-selection.ts";
import { Arrivals } from "./arrivals.tsx";
import { GalleryEmpty } from "./empty.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { GalleryHeader } from "./gallery-header.tsx";
import { useListKeys } from "./list-keys.ts";
import { liveActions } from "./live-actions.ts";
import { MatchCount } from "./match-count.tsx";
import { UploadBar } from "./upload-bar.tsx";

export function GalleryPage() {
  const filter = useFilter();
  const library = useLibrary(filter);
  const selecting = useSelection(library);
  const addFiles = useCallback((files: File[]) => void uploadToGallery(files), []);
  const dropping = useFileDrop(addFiles);
  const { selection, count, clear } = selecting;
  const actions = useMemo(
    () => liveActions(chosenFrom(selection, library, count), clear),
    [selection, library, count, clear],
  );
  useListKeys(selecting, actionsForOne);
  const total = library.certain ? library.total : null;
  return (
    <>
      <GalleryHeader filter={filter} total={total} onFiles={addFiles} />
      <FilterChips filter={filter} found={total !== 0} />
      <MatchCount filter={filter} total={total} />
      <UploadBar />
      <Arrivals key={filterKey(filter)} waiting={library.waiting} arrived={library.arrived} />
      <ImageBrowser
        mode="live"
        library={library}
        selecting={selecting}
        actions={actions}
        empty={<GalleryEmpty filter={filter} />}
      />
      {dropping && <DropOverlay>{t.gallery.drop}</DropOverlay>}
    </>
  );
}

function actionsForOne(id: string): SelectionAction[] {
  return liveActions({ ids: [id] }, () => undefined);
}
