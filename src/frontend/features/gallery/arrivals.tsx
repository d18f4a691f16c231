import { ArrowUp } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../lib/strings.ts";

const SPOKEN_MS = 5_000;

interface ArrivalsProps {
  waiting: number;
  /** How many were let in so far. */
  arrived: number;
}

/** Says that new images wait at the top, where pressing it leads; of those that show, a screen reader is told. */
export function Arrivals({ waiting, arrived }: ArrivalsProps) {
  const news = useNews(arrived);
  return (
    <div role="status" class="relative z-20 h-0">
      {news > 0 && <span class="sr-only">{t.grid.arrivals(news)}</span>}
      {waiting > 0 && (
        <button
          type="button"
          class="tap pop-in absolute top-3 left-1/2 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-raised px-3.5 font-medium text-accent hover:bg-fill"
          onClick={scrollToTop}
        >
          <ArrowUp size={16} aria-hidden="true" />
          {t.grid.arrivals(waiting)}
        </button>
      )}
    </div>
  );
}

/** How many came lately; after a while it is none, so that the same words can be said again. */
function useNews(arrived: number): number {
  const [told, setTold] = useState(arrived);
  const latest = useRef(arrived);
  latest.current = arrived;
  useEffect(() => {
    if (arrived === told) return;
    const timer = setTimeout(() => setTold(latest.current), SPOKEN_MS);
    return () => clearTimeout(timer);
  }, [arrived === told]);
  return arrived - told;
}

function scrollToTop(): void {
  // At once, because images that arrive on the way would hold the place against a smooth scroll.
  document.querySelector("[data-scroller]")?.scrollTo({ top: 0 });
}
