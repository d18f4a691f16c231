import { t } from "../../lib/strings.ts";

const CARDS = Array.from({ length: 12 }, (_, index) => index);

/** How cards stand, also those that are awaited. */
export const CARD_GRID =
  "grid grid-cols-[repeat(auto-fill,minmax(min(16rem,100%),1fr))] gap-x-3 gap-y-5 p-3 md:p-4";

/** Stands where the cards will be. */
export function LoadingScenes() {
  return (
    <div role="status" aria-label={t.scenes.loading} class={`${CARD_GRID} overflow-hidden`}>
      {CARDS.map((card) => (
        <div key={card}>
          <div class="aspect-video rounded-lg bg-fill" />
          <div class="mt-2 h-4 w-2/3 rounded bg-fill" />
          <div class="mt-1.5 h-3 w-1/3 rounded bg-fill" />
        </div>
      ))}
    </div>
  );
}
