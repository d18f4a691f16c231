import { Clapperboard, SearchX, Unplug } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "../../api/http.ts";
import type { ScenePage } from "../../api/types.gen.ts";
import type { SceneView } from "../../lib/scenes.ts";
import { t } from "../../lib/strings.ts";
import { showScenes, useScenes, useSceneView } from "../../state/scenes.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Retry } from "../../ui/retry.tsx";
import { Pager } from "./pager.tsx";
import { SceneCard } from "./scene-card.tsx";
import { ScenesHeader } from "./scenes-header.tsx";
import { CARD_GRID, LoadingScenes } from "./skeleton.tsx";

const NOT_FOUND = 404;

/** What a Stash server holds: to look at, and to take pictures from. */
export function ScenesPage() {
  const view = useSceneView();
  const { data, error, isPlaceholderData, refetch } = useScenes(view);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => scroller.current?.scrollTo(0, 0), [view]);
  return (
    <>
      <ScenesHeader view={view} count={data?.count} />
      <div ref={scroller} data-scroller class="flex min-h-0 flex-1 flex-col overflow-y-auto">
        {error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : data === undefined ? (
          <LoadingScenes />
        ) : data.items.length === 0 ? (
          <Nothing view={view} count={data.count} />
        ) : (
          <Cards page={data} leaving={isPlaceholderData} />
        )}
      </div>
      {data && !error && data.pages > 1 && <Pager page={view.page} pages={data.pages} />}
    </>
  );
}

function Cards({ page, leaving }: { page: ScenePage; leaving: boolean }) {
  return (
    <ul
      aria-label={t.nav.scenes}
      aria-busy={leaving}
      class={`${CARD_GRID} transition-opacity ${leaving ? "opacity-40" : ""}`}
    >
      {page.items.map((scene) => (
        <SceneCard key={scene.id} scene={scene} />
      ))}
    </ul>
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof ApiError && error.status === NOT_FOUND) {
    return (
      <Empty icon={<Unplug size={22} aria-hidden="true" />} title={t.scenes.offTitle}>
        {t.scenes.off}
      </Empty>
    );
  }
  return (
    <div class="flex flex-1 items-center justify-center">
      <Retry text={t.scenes.failed} detail={error.message} onRetry={onRetry} />
    </div>
  );
}

function Nothing({ view, count }: { view: SceneView; count: number }) {
  if (count > 0) {
    return (
      <Empty
        icon={<Clapperboard size={22} aria-hidden="true" />}
        title={t.scenes.beyondTitle}
        action={<Button onClick={() => showScenes({})}>{t.scenes.first}</Button>}
      >
        {t.scenes.beyond}
      </Empty>
    );
  }
  if (view.q === null) {
    return (
      <Empty icon={<Clapperboard size={22} aria-hidden="true" />} title={t.scenes.emptyTitle}>
        {t.scenes.empty}
      </Empty>
    );
  }
  return (
    <Empty
      icon={<SearchX size={22} aria-hidden="true" />}
      title={t.scenes.noneTitle}
      action={<Button onClick={() => showScenes({ q: null })}>{t.scenes.clear}</Button>}
    >
      {t.scenes.none}
    </Empty>
  );
}
