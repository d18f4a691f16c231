import { ImagePlus } from "lucide-preact";

/** Shown while files are held over the page. */
export function DropOverlay({ children }: { children: string }) {
  return (
    <div class="pointer-events-none fixed inset-3 z-30 flex flex-col items-center justify-center gap-3 rounded-xl border-2 border-indigo-500 border-dashed bg-canvas/85 font-medium text-base">
      <ImagePlus size={28} class="text-accent" aria-hidden="true" />
      {children}
    </div>
  );
}
