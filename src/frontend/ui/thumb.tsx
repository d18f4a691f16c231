import { ImageOff } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { whenIdle } from "../lib/idle.ts";
import { reducedMotion } from "../lib/motion.ts";
import { averageColour, placeholderUrl } from "../lib/placeholder.ts";
import { useStore } from "../lib/store.ts";
import { t } from "../lib/strings.ts";
import { settled, useNear } from "./near.ts";
import { useServerBack } from "./server-back.ts";

interface ThumbProps {
  thumb: string;
  thumb2x: string | null;
  preview: string | null;
  width: number;
  height: number;
  placeholder: string;
  alt: string;
  /** Pixels that the square is wide, about. */
  size?: number;
}

const REMEMBERED = 2_000;
const decoded = new Set<string>();

/**
 * A square thumbnail over its blurred placeholder; it asks for its bytes only while near a viewport that rests.
 * The elements stay when another image takes the place.
 */
export function Thumb(props: ThumbProps) {
  const { thumb, placeholder, alt } = props;
  const frame = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const near = useNear(frame);
  const rested = useStore(settled);
  const [outcome, setOutcome] = useState<{ of: string; broken: boolean } | null>(null);
  // What failed while the server was away says nothing of the file.
  useServerBack(() => setOutcome((last) => (last?.broken ? null : last)));
  const known = outcome?.of === thumb ? outcome : null;
  const broken = known?.broken ?? false;
  // An element that showed another image would show it still, so only a new one is trusted to be quick.
  const shown = !broken && (known !== null || (outcome === null && decoded.has(thumb)));
  const wanted = (near && rested) || shown;
  useEffect(() => {
    const element = image.current;
    // An image that left before it had loaded gives its place in the browser's queue back.
    return () => {
      if (element && !element.complete) element.removeAttribute("src");
    };
  }, []);
  const onLoad = async () => {
    await image.current?.decode().catch(() => undefined);
    if (decoded.size >= REMEMBERED) decoded.clear();
    decoded.add(thumb);
    setOutcome({ of: thumb, broken: false });
  };
  const waiting = !shown && !broken;
  const colour = waiting ? averageColour(placeholder) : null;
  return (
    <div
      ref={frame}
      style={colour ? { backgroundColor: colour } : {}}
      class="relative size-full overflow-hidden rounded-[inherit] bg-fill after:absolute after:inset-0 after:rounded-[inherit] after:inset-ring after:inset-ring-zinc-500/15"
    >
      {broken ? (
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
          class={`absolute size-full object-cover ${shown ? "" : "opacity-0"}`}
          {...(wanted ? sources(props) : {})}
          onLoad={onLoad}
          onError={() => setOutcome({ of: thumb, broken: true })}
        />
      )}
      {(shown || rested) && <Blur key={thumb} placeholder={placeholder} wanted={waiting} />}
    </div>
  );
}

/**
 * The blurred placeholder, which fades from the image beneath it. To make one costs more than a thumbnail that
 * comes at once, so it is made in idle time, and what flies past stays a colour.
 */
function Blur({ placeholder, wanted }: { placeholder: string; wanted: boolean }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (wanted) return whenIdle(() => setUrl(placeholderUrl(placeholder)));
    if (reducedMotion()) setUrl(null);
    return undefined;
  }, [placeholder, wanted]);
  if (url === null) return null;
  return (
    <div
      class={`absolute inset-0 scale-110 bg-center bg-cover blur-md transition-opacity ${wanted ? "" : "opacity-0"}`}
      style={{ backgroundImage: `url(${url})` }}
      onTransitionEnd={() => setUrl(null)}
    />
  );
}

/** The cell crops a wide picture to its height, so it takes more pixels of it than the cell is wide. */
function sources({ thumb, thumb2x, preview, width, height, size = 200 }: ThumbProps) {
  const versions: [string | null, number][] = [
    [thumb, 256],
    [thumb2x, 512],
    [preview, 1024],
  ];
  const known = versions.filter(([url, most]) => url !== null && (most === 256 || width > most / 2));
  return {
    srcset: known.map(([url, most]) => `${url} ${Math.min(most, width)}w`).join(", "),
    sizes: `${Math.round(size * Math.max(1, width / height))}px`,
    src: thumb,
  };
}
