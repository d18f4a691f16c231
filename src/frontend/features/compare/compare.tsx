import { ArrowLeftRight, Columns2, SquareSplitHorizontal, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { useImage } from "../../state/queries.ts";
import { closeCompare } from "../../state/route.ts";
import { IconButton } from "../../ui/button.tsx";
import { Modal } from "../../ui/dialog.tsx";
import { useZoom } from "../../ui/zoom.ts";
import { Toasts } from "../shell/toasts.tsx";
import { Beside } from "./beside.tsx";
import { Captions } from "./captions.tsx";
import { Slider } from "./slider.tsx";
import { type Way, WayToggle } from "./way-toggle.tsx";

const KEY = "aiimagecraft.compare";
const PAN_PX = 80;

interface CompareProps {
  left: string;
  right: string;
}

/** Two images with one zoom, beside each other or one over the other. */
export function Compare({ left, right }: CompareProps) {
  const [swapped, setSwapped] = useState(false);
  const [way, setWay] = useState<Way>(() => (localStorage.getItem(KEY) === "slider" ? "slider" : "beside"));
  const first = useImage(swapped ? right : left);
  const second = useImage(swapped ? left : right);
  const images = [first, second] as const;
  const natural = Math.max(0, ...images.map(({ data }) => data?.width ?? 0));
  const view = useZoom({ key: `${left},${right}`, natural });
  const close = () => void closeCompare();
  const choose = (next: Way) => {
    localStorage.setItem(KEY, next);
    setWay(next);
    view.reset();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  };
  const actionOf = ({ key, shiftKey }: KeyboardEvent): (() => void) | undefined => {
    if (shiftKey && key.startsWith("Arrow")) {
      const x = key === "ArrowLeft" ? PAN_PX : key === "ArrowRight" ? -PAN_PX : 0;
      const y = key === "ArrowUp" ? PAN_PX : key === "ArrowDown" ? -PAN_PX : 0;
      return () => view.pan({ x, y });
    }
    return { "+": view.closer, "=": view.closer, "-": view.further, "0": view.reset }[key];
  };
  const Shown = way === "beside" ? Beside : Slider;
  return (
    <Modal
      label={t.compare.label}
      onClose={close}
      class="always-dark fixed inset-0 m-0 h-dvh max-h-none w-screen max-w-none overflow-hidden bg-canvas text-ink"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are shortcuts; all can be done by pointer. */}
      <div class="flex size-full flex-col" onKeyDown={onKeyDown}>
        <div class="flex h-14 shrink-0 items-center gap-1 px-2">
          <IconButton label={t.viewer.close} onClick={close}>
            <X size={20} aria-hidden="true" />
          </IconButton>
          <div class="flex-1" />
          <IconButton label={t.compare.swap} onClick={() => setSwapped(!swapped)}>
            <ArrowLeftRight size={18} aria-hidden="true" />
          </IconButton>
          <WayToggle
            way={way}
            icons={{ beside: Columns2, slider: SquareSplitHorizontal }}
            onChange={choose}
          />
        </div>
        <Shown images={images} view={view} />
        {way === "slider" && <Captions images={images} />}
        <Toasts />
      </div>
    </Modal>
  );
}
