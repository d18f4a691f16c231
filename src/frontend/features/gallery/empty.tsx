import { Images, Star } from "lucide-preact";
import { navigate } from "wouter-preact/use-browser-location";
import { t } from "../../lib/strings.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";

export function GalleryEmpty({ starred, onShowAll }: { starred: boolean; onShowAll: () => void }) {
  if (starred) {
    return (
      <Empty
        icon={<Star size={22} aria-hidden="true" />}
        title={t.gallery.starredTitle}
        action={<Button onClick={onShowAll}>{t.gallery.starredAction}</Button>}
      >
        {t.gallery.starredEmpty}
      </Empty>
    );
  }
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
