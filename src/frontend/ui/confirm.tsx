import { Button } from "./button.tsx";
import { Modal } from "./dialog.tsx";

interface ConfirmProps {
  title: string;
  body: string;
  action: string;
  cancel: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, body, action, cancel, onConfirm, onClose }: ConfirmProps) {
  return (
    <Modal
      label={title}
      onClose={onClose}
      class="pop-in m-auto w-100 max-w-[calc(100vw-2rem)] rounded-xl border border-line bg-raised p-5 text-ink backdrop:bg-black/50"
    >
      <h2 class="font-medium text-base">{title}</h2>
      <p class="mt-2 text-soft">{body}</p>
      <div class="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>{cancel}</Button>
        <Button
          tone="danger"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {action}
        </Button>
      </div>
    </Modal>
  );
}
