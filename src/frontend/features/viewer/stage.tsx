import { ChevronLeft, ChevronRight } from "lucide-preact";
import { ApiError } from "../../api/http.ts";
import type { Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { Picture } from "./picture.tsx";
import { useSwipe } from "./use-swipe.ts";

interface StageProps {
  item: Item | null;
  error: Error | null;
  previous: (() => void) | null;
  next: (() => void) | null;
}

export function Stage({ item, error, previous, next }: StageProps) {
  const swipe = useSwipe(previous, next);
  return (
    <div class="relative min-h-0 flex-1 touch-pan-y pb-4 md:px-14" {...swipe}>
      {item && <Picture item={item} />}
      {!item && error && (
        <p role="alert" class="flex size-full items-center justify-center text-soft">
          {error instanceof ApiError && error.status === 404 ? t.viewer.notFound : t.viewer.failed}
        </p>
      )}
      <Step label={t.viewer.previous} icon={ChevronLeft} class="left-2" go={previous} />
      <Step label={t.viewer.next} icon={ChevronRight} class="right-2" go={next} />
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
