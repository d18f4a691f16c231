import { useEffect, useRef, useState } from "preact/hooks";
import type { Step } from "../../lib/mask.ts";
import { t } from "../../lib/strings.ts";
import type { Size } from "../../lib/zoom.ts";
import { setMask } from "../../state/mask.ts";
import { notifyError } from "../../state/toasts.ts";
import { Button } from "../../ui/button.tsx";
import { Modal } from "../../ui/dialog.tsx";
import { loadImage, makeMask, toDataUrl } from "../../ui/mask-paper.ts";
import { Toasts } from "../shell/toasts.tsx";
import { MaskCanvas } from "./mask-canvas.tsx";
import { type Brush, MaskTools } from "./mask-tools.tsx";

interface MaskDialogProps {
  source: { id: string; full: string; label: string } & Size;
  /** The mask as it was, to go on from. */
  before: string | null;
  onClose: () => void;
}

const MOST_BYTES = 4_000_000;

/** Paints what may change of a source image. */
export function MaskDialog({ source, before, onClose }: MaskDialogProps) {
  const [steps, setSteps] = useState<Step[]>([]);
  const [brush, setBrush] = useState<Brush>({ kind: "paint", size: 50 });
  const [percent, setPercent] = useState(0);
  const base = useBase(before);
  const saving = useRef(false);
  const add = (step: Step) => setSteps((current) => [...current, step]);
  const save = async () => {
    if (saving.current) return;
    saving.current = true;
    try {
      const blob = await makeMask(base.image, steps, source);
      if (!blob || blob.size > MOST_BYTES) {
        notifyError(t.mask.tooLarge, null);
        return;
      }
      setMask({ source: source.id, url: await toDataUrl(blob) });
      onClose();
    } finally {
      saving.current = false;
    }
  };
  return (
    <Modal
      label={t.mask.title}
      onClose={onClose}
      class="m-auto h-dvh max-h-none w-screen max-w-none bg-raised text-ink backdrop:bg-black/50 md:h-[min(56rem,92dvh)] md:w-[min(64rem,94vw)] md:rounded-xl md:border md:border-line"
    >
      <div class="flex size-full flex-col">
        <div class="px-4 pt-4 pb-3">
          <h2 class="font-medium text-base">{t.mask.title}</h2>
          <p class="text-pretty text-soft">{t.mask.hint}</p>
        </div>
        {base.ready && (
          <MaskCanvas
            source={source}
            base={base.image}
            steps={steps}
            brush={brush}
            onStep={add}
            onPainted={setPercent}
          />
        )}
        <MaskTools
          brush={brush}
          undoable={steps.length > 0}
          onBrush={setBrush}
          onStep={add}
          onUndo={() => setSteps((current) => current.slice(0, -1))}
        />
        <div class="flex items-center gap-2 border-line border-t p-3 md:px-4">
          <p role="status" class="min-w-0 flex-1 text-soft text-xs">
            {extent(percent)}
          </p>
          <Button onClick={onClose}>{t.mask.cancel}</Button>
          <Button tone="primary" disabled={percent === 0} onClick={() => void save()}>
            {t.mask.done}
          </Button>
        </div>
      </div>
      <Toasts />
    </Modal>
  );
}

function extent(percent: number): string {
  if (percent === 0) return t.mask.empty;
  return percent >= 99.9 ? t.mask.whole : t.mask.part(Math.round(percent));
}

/** The earlier mask as a picture; one that cannot be read counts as none. */
function useBase(url: string | null): { ready: boolean; image: HTMLImageElement | null } {
  const [base, setBase] = useState({ ready: url === null, image: null as HTMLImageElement | null });
  useEffect(() => {
    if (url === null) return;
    loadImage(url).then(
      (image) => setBase({ ready: true, image }),
      () => setBase({ ready: true, image: null }),
    );
  }, [url]);
  return base;
}
