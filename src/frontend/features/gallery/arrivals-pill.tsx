import { ArrowUp } from "lucide-preact";
import { t } from "../../lib/strings.ts";

/** Says that new images wait at the top; pressing it goes there. */
export function ArrivalsPill({ count }: { count: number }) {
  return (
    <div role="status" class="relative z-20 h-0">
      {count > 0 && (
        <button
          type="button"
          class="tap pop-in absolute top-3 left-1/2 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-raised px-3.5 font-medium text-accent hover:bg-fill"
          onClick={scrollToTop}
        >
          <ArrowUp size={16} aria-hidden="true" />
          {t.grid.arrivals(count)}
        </button>
      )}
    </div>
  );
}

function scrollToTop(): void {
  // At once, because images that arrive on the way would hold the place against a smooth scroll.
  document.querySelector("[data-scroller]")?.scrollTo({ top: 0 });
}
