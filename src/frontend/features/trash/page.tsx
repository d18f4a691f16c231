import { RotateCcw, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { navigate } from "wouter-preact/use-browser-location";
import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { deleteImages, emptyAllTrash, restoreImages } from "../../state/actions.ts";
import { arrivalsKey } from "../../state/arrivals.ts";
import { TRASH_FILTER, useConfig } from "../../state/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { ImageBrowser } from "../grid/browser.tsx";
import { useImages } from "../grid/use-images.ts";
import { useSelection } from "../grid/use-selection.ts";
import { Header } from "../shell/header.tsx";

export function TrashPage() {
  const days = useConfig().data?.trashDays;
  const images = useImages(TRASH_FILTER);
  const selection = useSelection(images.items);
  const [asking, setAsking] = useState<"empty" | Item[] | null>(null);
  const { chosen, clear } = selection;
  const actions = [
    {
      label: t.image.restore,
      icon: RotateCcw,
      run: () => {
        clear();
        void restoreImages(chosen);
      },
    },
    { label: t.image.deleteForever, icon: Trash2, danger: true, run: () => setAsking(chosen) },
  ];
  return (
    <>
      <Header title={t.nav.trash} note={days === undefined ? undefined : t.trash.days(days)}>
        {images.items.length > 0 && (
          <Button class="text-danger" onClick={() => setAsking("empty")}>
            {t.trash.emptyAction}
          </Button>
        )}
      </Header>
      <ImageBrowser
        name={arrivalsKey(TRASH_FILTER)}
        mode="trash"
        images={images}
        selection={selection}
        actions={actions}
        empty={<TrashEmpty />}
      />
      {asking === "empty" && (
        <Confirm
          title={t.trash.confirmEmptyTitle}
          body={t.trash.confirmEmpty(images.hasMore ? null : images.items.length)}
          action={t.trash.emptyAction}
          cancel={t.trash.cancel}
          onConfirm={() => void emptyAllTrash()}
          onClose={() => setAsking(null)}
        />
      )}
      {Array.isArray(asking) && (
        <Confirm
          title={t.trash.confirmTitle(asking.length)}
          body={t.trash.confirm(asking.length)}
          action={t.image.deleteForever}
          cancel={t.trash.cancel}
          onConfirm={() => {
            clear();
            void deleteImages(asking);
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

function TrashEmpty() {
  return (
    <Empty
      icon={<Trash2 size={22} aria-hidden="true" />}
      title={t.trash.emptyTitle}
      action={<Button onClick={() => navigate("/gallery")}>{t.trash.back}</Button>}
    >
      {t.trash.empty}
    </Empty>
  );
}
