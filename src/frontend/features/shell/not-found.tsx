import { Compass } from "lucide-preact";
import { navigate } from "wouter-preact/use-browser-location";
import { t } from "../../lib/strings.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Header } from "./header.tsx";

export function NotFound() {
  return (
    <>
      <Header title={t.app} />
      <Empty
        icon={<Compass size={22} aria-hidden="true" />}
        title={t.notFound.title}
        action={
          <Button tone="primary" onClick={() => navigate("/gallery")}>
            {t.notFound.action}
          </Button>
        }
      >
        {t.notFound.body}
      </Empty>
    </>
  );
}
