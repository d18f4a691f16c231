import { WifiOff } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { online } from "../../lib/online.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";

const PATIENCE_MS = 2_000;

/** Says that live updates have stopped; a short interruption is not worth a word. */
export function OfflineBanner() {
  const connected = useStore(online);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    setShown(false);
    if (connected) return;
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connected]);
  return (
    <div role="status">
      {shown && (
        <p class="flex items-center justify-center gap-2 border-line border-b bg-fill px-3 py-1.5 text-soft text-xs">
          <WifiOff size={14} class="shrink-0" aria-hidden="true" />
          {t.live.offline}
        </p>
      )}
    </div>
  );
}
