import { History } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { reusePrompt } from "../../state/jobs.ts";
import { IconButton } from "../../ui/button.tsx";
import { lazy } from "../shell/lazy.ts";

const HistoryDialog = lazy(async () => (await import("../../extras.ts")).HistoryDialog);

/** Opens the prompts that were sent before. */
export function HistoryButton() {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const choose = (prompt: string) => {
    setOpen(false);
    reusePrompt(prompt);
    const box = place.current?.closest("form")?.querySelector("textarea");
    // After the dialog has given the focus back to the button.
    setTimeout(() => box?.focus());
  };
  return (
    <span ref={place} class="inline-flex">
      <IconButton label={t.history.label} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <History size={18} aria-hidden="true" />
      </IconButton>
      {open && <HistoryDialog onChoose={choose} onClose={() => setOpen(false)} />}
    </span>
  );
}
