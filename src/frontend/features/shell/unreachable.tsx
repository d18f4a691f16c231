import { RefreshCw, WifiOff } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { online } from "../../lib/online.ts";
import { t } from "../../lib/strings.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Header } from "./header.tsx";

/** Stands in for every page when the server did not answer; it goes away as soon as the server does. */
export function Unreachable() {
  useEffect(() => online.subscribe(() => online.get() && location.reload()), []);
  return (
    <>
      <Header title={t.app} />
      <Empty
        icon={<WifiOff size={22} aria-hidden="true" />}
        title={navigator.onLine ? t.unreachable.server : t.unreachable.offline}
        action={
          <Button tone="primary" onClick={() => location.reload()}>
            <RefreshCw size={16} aria-hidden="true" />
            {t.unreachable.again}
          </Button>
        }
      >
        {t.unreachable.body}
      </Empty>
    </>
  );
}
