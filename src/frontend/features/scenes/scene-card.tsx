import { Images, Sparkles } from "lucide-preact";
import { useState } from "preact/hooks";
import type { SceneItem } from "../../api/types.gen.ts";
import { formatDuration } from "../../lib/scenes.ts";
import { t } from "../../lib/strings.ts";
import { editScene, keepScene } from "../../state/scenes.ts";
import { IconButton } from "../../ui/button.tsx";
import { LazyPicture } from "./lazy-picture.tsx";
import { MovingPicture } from "./moving-picture.tsx";

/** A scene; it moves while the pointer or the focus is on it, or after a touch. */
export function SceneCard({ scene }: { scene: SceneItem }) {
  const [active, setActive] = useState(false);
  const [busy, setBusy] = useState(false);
  const details = [scene.studio, scene.date].filter((part) => part !== null);
  const take = async (work: (scene: SceneItem) => Promise<void>) => {
    setBusy(true);
    await work(scene);
    setBusy(false);
  };
  return (
    <li
      aria-label={scene.title}
      onPointerEnter={(event) => event.pointerType === "mouse" && setActive(true)}
      onPointerLeave={(event) => event.pointerType === "mouse" && setActive(false)}
      onFocusIn={() => setActive(true)}
      onFocusOut={() => setActive(false)}
    >
      <div
        class="relative aspect-video overflow-hidden rounded-lg bg-fill"
        onPointerUp={(event) => event.pointerType !== "mouse" && setActive((now) => !now)}
      >
        <LazyPicture src={scene.screenshot} alt="" missing={t.scenes.missing} />
        {active && <MovingPicture scene={scene} />}
        {scene.duration !== null && (
          <span class="absolute right-1.5 bottom-1.5 rounded bg-black/70 px-1 text-white text-xs">
            {formatDuration(scene.duration)}
          </span>
        )}
      </div>
      <div class="mt-1.5 flex items-start gap-1">
        <div class="min-w-0 flex-1 py-0.5">
          <h2 dir="auto" class="truncate font-medium" title={scene.title}>
            {scene.title}
          </h2>
          <p class="truncate text-soft text-xs">{details.join(" · ")}</p>
        </div>
        <IconButton label={t.scenes.use} disabled={busy} onClick={() => void take(editScene)}>
          <Sparkles size={16} aria-hidden="true" />
        </IconButton>
        <IconButton label={t.scenes.keep} disabled={busy} onClick={() => void take(keepScene)}>
          <Images size={16} aria-hidden="true" />
        </IconButton>
      </div>
    </li>
  );
}
