import { Images, SearchX, Star } from "lucide-preact";
import { navigate } from "wouter-preact/use-browser-location";
import { type Filter, isEmpty } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";
import { clearFilter } from "../../state/filter.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";

export function GalleryEmpty({ filter }: { filter: Filter }) {
  if (isEmpty(filter)) {
    return (
      <Empty
        icon={<Images size={22} aria-hidden="true" />}
        title={t.gallery.emptyTitle}
        action={
          <Button tone="primary" onClick={() => navigate("/")}>
            {t.gallery.emptyAction}
          </Button>
        }
      >
        {t.gallery.empty}
      </Empty>
    );
  }
  if (filter.starred && isEmpty({ ...filter, starred: false })) {
    return (
      <Empty
        icon={<Star size={22} aria-hidden="true" />}
        title={t.gallery.starredTitle}
        action={<Button onClick={clearFilter}>{t.gallery.starredAction}</Button>}
      >
        {t.gallery.starredEmpty}
      </Empty>
    );
  }
  return (
    <Empty
      icon={<SearchX size={22} aria-hidden="true" />}
      title={t.filter.noneTitle}
      action={<Button onClick={clearFilter}>{t.filter.clear}</Button>}
    >
      {t.filter.none}
    </Empty>
  );
}
