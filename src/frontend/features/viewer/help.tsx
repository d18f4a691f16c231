import { X } from "lucide-preact";
import { t } from "../../lib/strings.ts";
import { IconButton } from "../../ui/button.tsx";
import { Modal } from "../../ui/dialog.tsx";

/** The viewer's keys. */
export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Modal
      label={t.viewer.help}
      onClose={onClose}
      class="pop-in m-auto w-100 max-w-[calc(100vw-2rem)] rounded-xl border border-line bg-raised p-5 text-ink backdrop:bg-black/50"
    >
      <div class="mb-3 flex items-center justify-between">
        <h2 class="font-medium text-base">{t.viewer.help}</h2>
        <IconButton label={t.viewer.close} class="-mr-1.5" onClick={onClose}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
      <dl class="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1.5">
        {t.viewer.shortcuts.map(([keys, what]) => (
          // A group for each pair keeps a key beside what it does.
          <div key={what} class="col-span-2 grid grid-cols-subgrid items-center">
            <dt class="text-soft">{what}</dt>
            <dd class="flex gap-1 justify-self-end">
              {keys.map((key) => (
                <kbd
                  key={key}
                  class="min-w-6 rounded-md border border-line bg-fill px-1.5 text-center font-sans text-xs leading-5"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
