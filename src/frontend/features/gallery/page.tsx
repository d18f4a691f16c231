import { Star, Trash2, Upload } from "lucide-preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { GalleryFilter } from "../../api/images.ts";
import { t } from "../../lib/strings.ts";
import { starImages, trashImages } from "../../state/actions.ts";
import { arrivalsKey } from "../../state/arrivals.ts";
import { LIVE_FILTER } from "../../state/queries.ts";
import { uploadToGallery } from "../../state/uploads.ts";
import { Button } from "../../ui/button.tsx";
import { useFileDrop } from "../../ui/drop.ts";
import { DropOverlay } from "../../ui/drop-overlay.tsx";
import { FilePicker } from "../../ui/file-picker.tsx";
import { ImageBrowser } from "../grid/browser.tsx";
import { useImages } from "../grid/use-images.ts";
import { useSelection } from "../grid/use-selection.ts";
import { Header } from "../shell/header.tsx";
import { ArrivalsPill } from "./arrivals-pill.tsx";
import { GalleryEmpty } from "./empty.tsx";
import { UploadBar } from "./upload-bar.tsx";

export function GalleryPage() {
  const [starred, setStarred] = useState(false);
  const filter = useMemo<GalleryFilter>(() => ({ ...LIVE_FILTER, starred }), [starred]);
  const images = useImages(filter);
  const selection = useSelection(images.items);
  const addFiles = useCallback((files: File[]) => void uploadToGallery(files), []);
  const dropping = useFileDrop(addFiles);
  const { chosen, clear } = selection;
  const allStarred = chosen.every((item) => item.starred);
  const actions = [
    {
      label: allStarred ? t.image.unstar : t.image.star,
      icon: Star,
      run: () => void starImages(chosen, !allStarred),
    },
    {
      label: t.image.trash,
      icon: Trash2,
      run: () => {
        clear();
        void trashImages(chosen);
      },
    },
  ];
  return (
    <>
      <Header title={t.nav.gallery}>
        <StarredToggle on={starred} onChange={setStarred} />
        <FilePicker onFiles={addFiles}>
          {(open) => (
            <Button onClick={open} aria-label={t.gallery.upload}>
              <Upload size={16} aria-hidden="true" />
              <span class="hidden sm:inline">{t.gallery.upload}</span>
            </Button>
          )}
        </FilePicker>
      </Header>
      <UploadBar />
      <ArrivalsPill name={arrivalsKey(filter)} />
      <ImageBrowser
        name={arrivalsKey(filter)}
        mode="live"
        images={images}
        selection={selection}
        actions={actions}
        empty={<GalleryEmpty starred={starred} onShowAll={() => setStarred(false)} />}
      />
      {dropping && <DropOverlay>{t.gallery.drop}</DropOverlay>}
    </>
  );
}

function StarredToggle({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  return (
    <Button
      aria-label={t.gallery.starred}
      aria-pressed={on}
      class={on ? "border-amber-500/60! bg-amber-400/15!" : ""}
      onClick={() => onChange(!on)}
    >
      <Star size={16} class={on ? "fill-amber-400 text-amber-500" : ""} aria-hidden="true" />
      <span class="hidden sm:inline">{t.gallery.starred}</span>
    </Button>
  );
}
