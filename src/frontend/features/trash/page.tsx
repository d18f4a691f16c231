import { Trash2 } from "lucide-preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import { navigate } from "wouter-preact/use-browser-location";
import { ALL_TRASH } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { emptyAllTrash, purgeChosen } from "../../state/actions.ts";
import { type Chosen, chosenFrom, countOf } from "../../state/chosen.ts";
import { useLibrary } from "../../state/library.ts";
import { useConfig } from "../../state/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { useListKeys } from "../gallery/list-keys.ts";
import { ImageBrowser } from "../grid/browser.tsx";
import { useSelection } from "../grid/use-selection.ts";
import { Header } from "../shell/header.tsx";
import { trashActions } from "./trash-actions.ts";

export function TrashPage() {
  const days = useConfig().data?.trashDays;
  const library = useLibrary(ALL_TRASH);
  const selecting = useSelection(library);
  const [asking, setAsking] = useState<"empty" | Chosen | null>(null);
  const { selection, count, clear } = selecting;
  const actions = useMemo(() => {
    const chosen = chosenFrom(selection, library, count);
    return trashActions(chosen, clear, () => setAsking(chosen));
  }, [selection, library, count, clear]);
  useListKeys(
    selecting,
    useCallback((id) => trashActions({ ids: [id] }, clear, () => setAsking({ ids: [id] })), [clear]),
  );
  const { certain, total } = library;
  return (
    <>
      <Header title={t.nav.trash} note={days === undefined ? undefined : note(days, certain ? total : 0)}>
        {certain && total > 0 && (
          <Button class="text-danger" onClick={() => setAsking("empty")}>
            {t.trash.emptyAction}
          </Button>
        )}
      </Header>
      <ImageBrowser
        mode="trash"
        library={library}
        selecting={selecting}
        actions={actions}
        empty={<TrashEmpty />}
      />
      {asking === "empty" && (
        <Confirm
          title={t.trash.confirmEmptyTitle}
          body={t.trash.confirmEmpty(total)}
          action={t.trash.emptyAction}
          cancel={t.trash.cancel}
          onConfirm={() => {
            clear();
            void emptyAllTrash(total);
          }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking !== null && asking !== "empty" && (
        <Confirm
          title={t.trash.confirmTitle(countOf(asking))}
          body={t.trash.confirm(countOf(asking))}
          action={t.image.deleteForever}
          cancel={t.trash.cancel}
          onConfirm={() => {
            clear();
            void purgeChosen(asking);
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

function note(days: number, total: number): string {
  return total === 0 ? t.trash.days(days) : t.trash.daysAndCount(total, days);
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
