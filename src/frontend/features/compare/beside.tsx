import type { ZoomView } from "../../ui/zoom.ts";
import { type Compared, Pane } from "./pane.tsx";

interface BesideProps {
  images: Compared;
  view: ZoomView;
}

/** Side by side, on a tall screen one above the other; zooming or moving one does it to both. */
export function Beside({ images: [left, right], view }: BesideProps) {
  const grabbing = view.zoom.scale > 1 ? "cursor-grab active:cursor-grabbing" : "";
  return (
    <div
      ref={view.host}
      class={`flex min-h-0 flex-1 touch-none select-none gap-1 px-1 portrait:max-md:flex-col ${grabbing}`}
      {...view.handlers}
    >
      <div data-zoom-frame class="min-h-0 min-w-0 flex-1 overflow-hidden">
        <Pane image={left} view={view} />
      </div>
      <div data-zoom-frame class="min-h-0 min-w-0 flex-1 overflow-hidden">
        <Pane image={right} view={view} />
      </div>
    </div>
  );
}
