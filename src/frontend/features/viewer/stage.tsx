import { ChevronLeft, ChevronRight } from "lucide-preact";
import { ApiError } from "../../api/http.ts";
import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import type { ZoomView } from "../../ui/zoom.ts";
import { Picture } from "./picture.tsx";

interface StageProps {
  item: Item | null;
  error: Error | null;
  view: ZoomView;
  previous: (() => void) | null;
  next: (() => void) | null;
}

export function Stage({ item, error, view, previous, next }: StageProps) {
  const { zoom, host, handlers } = view;
  return (
    <div
      ref={host}
      class={`relative min-h-0 flex-1 touch-none select-none ${zoom.scale > 1 ? "cursor-grab active:cursor-grabbing" : ""}`}
      {...handlers}
    >
      <div data-zoom-frame class="absolute inset-0 overflow-hidden py-2 md:px-14">
        {item && <Picture key={item.id} item={item} view={view} />}
        {!item && error && (
          <p role="alert" class="flex size-full items-center justify-center p-4 text-center text-soft">
            {error instanceof ApiError && error.status === 404 ? t.viewer.notFound : t.viewer.failed}
          </p>
        )}
      </div>
      <Step label={t.viewer.previous} icon={ChevronLeft} class="left-2" go={previous} />
      <Step label={t.viewer.next} icon={ChevronRight} class="right-2" go={next} />
      {zoom.scale > 1 && (
        <button
          type="button"
          aria-label={t.viewer.fit}
          title={t.viewer.fit}
          class="tap pop-in absolute bottom-4 left-1/2 h-8 -translate-x-1/2 rounded-full bg-black/60 px-3.5 text-white text-xs hover:bg-black/80"
          onClick={view.reset}
        >
          {`${view.percent()} %`}
        </button>
      )}
    </div>
  );
}

interface StepProps {
  label: string;
  icon: typeof ChevronLeft;
  class: string;
  go: (() => void) | null;
}

function Step({ label, icon: Icon, class: side, go }: StepProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={!go}
      class={`absolute inset-y-0 my-auto flex size-11 items-center justify-center rounded-full bg-black/40 text-white transition-colors hover:bg-black/70 disabled:invisible coarse:bg-black/30 ${side}`}
      onClick={() => go?.()}
    >
      <Icon size={24} aria-hidden="true" />
    </button>
  );
}
