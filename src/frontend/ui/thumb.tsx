import { ImageOff } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { placeholderUrl } from "../lib/placeholder.ts";
import { t } from "../lib/strings.ts";
import { useNear } from "./near.ts";

interface ThumbProps {
  thumb: string;
  thumb2x: string | null;
  placeholder: string;
  alt: string;
}

const REMEMBERED = 2_000;
const shown = new Set<string>();

/** A square thumbnail over its blurred placeholder; it asks for its bytes only while near the viewport. */
export function Thumb({ thumb, thumb2x, placeholder, alt }: ThumbProps) {
  const frame = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const near = useNear(frame);
  const [state, setState] = useState<"waiting" | "shown" | "broken">(shown.has(thumb) ? "shown" : "waiting");
  const wanted = near || state === "shown";
  useEffect(() => {
    const element = image.current;
    // An image that left before it had loaded gives its place in the browser's queue back.
    return () => {
      if (element && !element.complete) element.removeAttribute("src");
    };
  }, []);
  const onLoad = async () => {
    await image.current?.decode().catch(() => undefined);
    if (shown.size >= REMEMBERED) shown.clear();
    shown.add(thumb);
    setState("shown");
  };
  const url = placeholderUrl(placeholder);
  return (
    <div
      ref={frame}
      class="relative size-full overflow-hidden rounded-[inherit] bg-fill after:absolute after:inset-0 after:rounded-[inherit] after:inset-ring after:inset-ring-zinc-500/15"
    >
      {url && state === "waiting" && (
        <div
          class="absolute inset-0 scale-110 bg-center bg-cover blur-md"
          style={{ backgroundImage: `url(${url})` }}
        />
      )}
      {state === "broken" ? (
        <div class="flex size-full flex-col items-center justify-center gap-1 p-2 text-center text-soft text-xs">
          <ImageOff size={20} aria-hidden="true" />
          {t.image.missing}
        </div>
      ) : (
        <img
          ref={image}
          alt={alt}
          draggable={false}
          decoding="async"
          class={`absolute size-full object-cover transition-opacity ${state === "shown" ? "" : "opacity-0"}`}
          {...(wanted ? { src: thumb, ...(thumb2x && { srcset: `${thumb} 1x, ${thumb2x} 2x` }) } : {})}
          onLoad={onLoad}
          onError={() => setState("broken")}
        />
      )}
    </div>
  );
}
