import { ImageOff } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import type { Item } from "../../api/types.gen.ts";
import { placeholderUrl } from "../../lib/placeholder.ts";
import { t } from "../../lib/strings.ts";
import { outgrows } from "../../lib/zoom.ts";
import { useServerBack } from "../../ui/server-back.ts";
import { type ZoomView, zoomStyle } from "../../ui/zoom.ts";

const PREVIEW_WIDTH = 1024;
/** A thumbnail of a picture that is taller than this many times its width shows only its middle. */
const WHOLE_THUMB = 4;

type Loading = "waiting" | "shown" | "broken";

interface PictureProps {
  item: Pick<Item, "prompt" | "width" | "height" | "thumb" | "preview" | "full" | "placeholder">;
  view: Pick<ZoomView, "zoom" | "drag">;
}

/**
 * The image as large as fits and never enlarged: its thumbnail until the preview is there, and the original
 * once the preview has too few pixels for the zoom, or while there is no preview.
 */
export function Picture({ item, view }: PictureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<Loading>("waiting");
  const [sharp, setSharp] = useState(false);
  useServerBack(() => setState((last) => (last === "broken" ? "waiting" : last)));
  const ratio = item.width / item.height;
  const small = Math.min(PREVIEW_WIDTH, item.width);
  const wanted = outgrows(view.zoom, frame.current?.offsetWidth ?? 0, small, devicePixelRatio);
  const original = item.preview !== null && (wanted || sharp);
  return (
    <div class="@container-size flex size-full items-center justify-center">
      <div
        ref={frame}
        data-viewer-image
        data-zoom-image
        class="relative shrink-0 overflow-hidden bg-fill"
        style={{
          width: `min(100cqw, 100cqh * ${ratio}, ${item.width}px)`,
          aspectRatio: `${ratio}`,
          ...zoomStyle(view),
        }}
      >
        {state === "waiting" && <Meanwhile item={item} />}
        {state === "broken" ? (
          <p class="absolute inset-0 flex flex-col items-center justify-center gap-2 p-4 text-center text-soft">
            <ImageOff size={28} aria-hidden="true" />
            {t.image.missing}
          </p>
        ) : (
          <img
            src={item.preview ?? item.full}
            alt={item.prompt || t.image.untitled}
            width={item.width}
            height={item.height}
            draggable={false}
            class={`absolute size-full transition-opacity ${state === "shown" ? "" : "opacity-0"}`}
            onLoad={() => setState("shown")}
            onError={() => setState("broken")}
          />
        )}
        {original && state === "shown" && (
          <img
            data-original
            src={item.full}
            alt=""
            draggable={false}
            class={`absolute size-full ${sharp ? "" : "opacity-0"}`}
            onLoad={(event) => void whenDecoded(event.currentTarget, () => setSharp(true))}
          />
        )}
      </div>
    </div>
  );
}

/** What is at hand before the picture: its placeholder, and its thumbnail, which the grid has loaded. */
function Meanwhile({ item: { placeholder, thumb, width, height } }: Pick<PictureProps, "item">) {
  const url = placeholderUrl(placeholder);
  return (
    <>
      {url && (
        <div class="absolute inset-0 scale-110 bg-cover blur-xl" style={{ backgroundImage: `url(${url})` }} />
      )}
      {height <= width * WHOLE_THUMB && (
        <img src={thumb} alt="" draggable={false} class="absolute size-full scale-101 blur-xs" />
      )}
    </>
  );
}

/** Waits so that a large picture never shows in stripes. */
async function whenDecoded(image: HTMLImageElement, then: () => void): Promise<void> {
  await image.decode().catch(() => undefined);
  then();
}
