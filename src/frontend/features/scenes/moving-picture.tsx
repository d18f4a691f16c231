import { useEffect, useRef, useState } from "preact/hooks";
import type { SceneItem } from "../../api/types.gen.ts";
import { reducedMotion } from "../../lib/motion.ts";

/** Stash's sheets of frames have nine rows of nine. */
const FRAMES_A_SIDE = 9;
const FRAME_MS = 400;
/** A pointer that only passes asks for nothing. */
const PATIENCE_MS = 150;

/** The scene in motion: its video, or the frames of its sheet where there is none. */
export function MovingPicture({ scene }: { scene: SceneItem }) {
  const [wanted, setWanted] = useState(false);
  const [withoutVideo, setWithoutVideo] = useState(scene.preview === null);
  useEffect(() => {
    if (reducedMotion()) return;
    const timer = setTimeout(() => setWanted(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!wanted) return null;
  return (
    <div aria-hidden="true" class="absolute inset-0">
      {scene.preview && !withoutVideo ? (
        <Video src={scene.preview} onMissing={() => setWithoutVideo(true)} />
      ) : (
        scene.sprite && <Frames src={scene.sprite} />
      )}
    </div>
  );
}

function Video({ src, onMissing }: { src: string; onMissing: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    const element = video.current;
    // A video that is taken off the page loads on; one without an address does not.
    return () => {
      element?.removeAttribute("src");
      element?.load();
    };
  }, []);
  return (
    <video
      ref={video}
      src={src}
      muted
      loop
      autoplay
      playsInline
      class={`absolute inset-0 size-full object-cover transition-opacity ${playing ? "" : "opacity-0"}`}
      onPlaying={() => setPlaying(true)}
      onError={onMissing}
    />
  );
}

function Frames({ src }: { src: string }) {
  const sheet = useRef<HTMLImageElement>(null);
  const [frame, setFrame] = useState<number | null>(null);
  const loaded = frame !== null;
  useEffect(() => {
    if (!loaded) return;
    const timer = setInterval(
      () => setFrame((now) => ((now ?? 0) + 1) % (FRAMES_A_SIDE * FRAMES_A_SIDE)),
      FRAME_MS,
    );
    return () => clearInterval(timer);
  }, [loaded]);
  useEffect(() => {
    const element = sheet.current;
    return () => element?.removeAttribute("src");
  }, []);
  const across = (frame ?? 0) % FRAMES_A_SIDE;
  const down = Math.floor((frame ?? 0) / FRAMES_A_SIDE);
  return (
    <img
      ref={sheet}
      src={src}
      alt=""
      class={`absolute max-w-none ${loaded ? "" : "opacity-0"}`}
      style={{
        width: `${FRAMES_A_SIDE * 100}%`,
        height: `${FRAMES_A_SIDE * 100}%`,
        left: `${-across * 100}%`,
        top: `${-down * 100}%`,
      }}
      onLoad={() => setFrame(0)}
    />
  );
}
