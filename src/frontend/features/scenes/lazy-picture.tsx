import { ImageOff } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { createLane } from "../../lib/lane.ts";
import { useNear } from "../../ui/near.ts";

interface LazyPictureProps {
  src: string;
  alt: string;
  /** Said where the picture cannot be had. */
  missing: string;
}

/** A browser opens six connections; two are left to videos and to all else. */
const lane = createLane(4);

/**
 * A picture that asks for its bytes in its turn and only near the viewport, and no longer when it leaves before
 * it has them: the server then forgets the request, so that what shows comes first. Coming back tries again.
 */
export function LazyPicture({ src, alt, missing }: LazyPictureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const near = useNear(frame);
  const [state, setState] = useState<"far" | "loading" | "shown" | "broken">("far");
  const image = useRef<HTMLImageElement>(null);
  const leave = useRef(() => {});
  const shown = state === "shown";
  useEffect(() => {
    if (!near || shown) return;
    leave.current = lane.take(() => setState("loading"));
    return () => {
      leave.current();
      setState((now) => (now === "shown" ? now : "far"));
    };
  }, [near, shown]);
  useEffect(() => {
    const element = image.current;
    return () => element?.removeAttribute("src");
  }, []);
  const settle = (next: "shown" | "broken") => {
    leave.current();
    setState(next);
  };
  return (
    <div ref={frame} class="absolute inset-0">
      {state === "broken" && (
        <div class="flex size-full flex-col items-center justify-center gap-1 text-soft text-xs">
          <ImageOff size={20} aria-hidden="true" />
          {missing}
        </div>
      )}
      <img
        ref={image}
        alt={alt}
        decoding="async"
        draggable={false}
        class={`absolute size-full object-cover transition-opacity ${shown ? "" : "opacity-0"}`}
        {...(state === "loading" || shown ? { src } : {})}
        onLoad={() => settle("shown")}
        onError={() => settle("broken")}
      />
    </div>
  );
}
