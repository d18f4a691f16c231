import { Brush, X } from "lucide-preact";
import { useState } from "preact/hooks";
import type { DraftSource } from "../../lib/draft.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { mask as maskStore, setMask } from "../../state/mask.ts";
import { lazy } from "../shell/lazy.ts";

const MaskDialog = lazy(async () => (await import("../../extras.ts")).MaskDialog);

const BUTTON =
  "relative flex h-6 items-center justify-center rounded-full bg-black/60 text-white hover:bg-black/80 coarse:after:absolute coarse:after:-inset-2";

/** On the tile of the first source: its mask, or the button that starts one. */
export function MaskTile({ source }: { source: DraftSource }) {
  const mask = useStore(maskStore);
  const [painting, setPainting] = useState(false);
  const { id, full, width, height, label } = source;
  if (full === undefined || width === undefined || height === undefined) return null;
  const own = mask?.source === id ? mask : null;
  return (
    <>
      {own && (
        // What the mask keeps is darkened, so that what may change stands out.
        <img
          src={own.url}
          alt=""
          class="pointer-events-none absolute inset-0 size-full rounded-lg object-cover opacity-60"
        />
      )}
      <div class="absolute inset-x-1 bottom-1 flex justify-end gap-1">
        <button
          type="button"
          aria-label={own ? t.mask.change : t.mask.paint}
          title={own ? t.mask.change : t.mask.paint}
          class={`${BUTTON} ${own ? "mr-auto px-1.5 text-[11px]" : "w-6"}`}
          onClick={() => setPainting(true)}
        >
          {own ? t.mask.badge : <Brush size={13} aria-hidden="true" />}
        </button>
        {own && (
          <button
            type="button"
            aria-label={t.mask.remove}
            title={t.mask.remove}
            class={`w-6 ${BUTTON}`}
            onClick={() => setMask(null)}
          >
            <X size={13} aria-hidden="true" />
          </button>
        )}
      </div>
      {painting && (
        <MaskDialog
          source={{ id, full, width, height, label }}
          before={own?.url ?? null}
          onClose={() => setPainting(false)}
        />
      )}
    </>
  );
}
