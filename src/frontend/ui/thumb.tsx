import { ImageOff } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { placeholderUrl } from "../lib/placeholder.ts";
import { t } from "../lib/strings.ts";
import { useNear } from "./near.ts";

interface ThumbProps {
  thumb: string;
  thumb2x: string | null;
  preview: string | null;
  width: number;
  height: number;
  placeholder: string;
  alt: string;
}

const REMEMBERED = 2_000;
const shown = new Set<string>();

/** A square thumbnail over its blurred placeholder; it asks for its bytes only while near the viewport. */
export function Thumb(props: ThumbProps) {
  const { thumb, placeholder, alt } = props;
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
          {...(wanted ? sources(props) : {})}
          onLoad={onLoad}
          onError={() => setState("broken")}
        />
      )}
    </div>
  );
}

const CELL = 200;

/** The cell crops a wide picture to its height, so it takes more pixels of it than the cell is wide. */
function sources({ thumb, thumb2x, preview, width, height }: ThumbProps) {
  const versions: [string | null, number][] = [
    [thumb, 256],
    [thumb2x, 512],
    [preview, 1024],
  ];
  const known = versions.filter(([url, most]) => url !== null && (most === 256 || width > most / 2));
  return {
    srcset: known.map(([url, most]) => `${url} ${Math.min(most, width)}w`).join(", "),
    sizes: `${Math.round(CELL * Math.max(1, width / height))}px`,
    src: thumb,
  };
}
