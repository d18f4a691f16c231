import type { ZoomView } from "../../ui/zoom.ts";
import { Caption } from "./captions.tsx";
import { type Compared, Pane } from "./pane.tsx";

interface BesideProps {
  images: Compared;
  view: ZoomView;
}

/** Side by side, on a tall screen one above the other; zooming or moving one does it to both. */
export function Beside({ images, view }: BesideProps) {
  const grabbing = view.zoom.scale > 1 ? "cursor-grab active:cursor-grabbing" : "";
  return (
    <div
      ref={view.host}
      class={`flex min-h-0 flex-1 touch-none select-none gap-1 px-1 portrait:max-md:flex-col ${grabbing}`}
      {...view.handlers}
    >
      {images.map((image, place) => (
        <div key={place} class="flex min-h-0 min-w-0 flex-1 flex-col">
          <div data-zoom-frame class="min-h-0 flex-1 overflow-hidden">
            <Pane image={image} view={view} />
          </div>
          <div class="px-2 pt-1.5 pb-3">
            <Caption image={image} first={place === 0} />
          </div>
        </div>
      ))}
    </div>
  );
}
