import { ImageOff } from "lucide-preact";
import { useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { placeholderUrl } from "../../lib/placeholder.ts";
import { t } from "../../lib/strings.ts";

/** The preview, or the original while there is none, as large as fits and never enlarged. */
export function Picture({ item }: { item: Item }) {
  const [state, setState] = useState<"waiting" | "shown" | "broken">("waiting");
  const ratio = item.width / item.height;
  const placeholder = placeholderUrl(item.placeholder);
  return (
    <div class="@container-size flex size-full items-center justify-center">
      <div
        data-viewer-image
        class="relative overflow-hidden bg-fill"
        style={{ width: `min(100cqw, 100cqh * ${ratio}, ${item.width}px)`, aspectRatio: `${ratio}` }}
      >
        {placeholder && state === "waiting" && (
          <div
            class="absolute inset-0 scale-110 bg-cover blur-xl"
            style={{ backgroundImage: `url(${placeholder})` }}
          />
        )}
        {state === "broken" ? (
          <p class="absolute inset-0 flex flex-col items-center justify-center gap-2 text-soft">
            <ImageOff size={28} aria-hidden="true" />
            {t.image.missing}
          </p>
        ) : (
          <img
            src={item.preview ?? item.full}
            alt={item.prompt}
            width={item.width}
            height={item.height}
            draggable={false}
            class={`absolute size-full transition-opacity ${state === "shown" ? "" : "opacity-0"}`}
            onLoad={() => setState("shown")}
            onError={() => setState("broken")}
          />
        )}
      </div>
    </div>
  );
}
