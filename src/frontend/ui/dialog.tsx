import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface ModalProps {
  label: string;
  class: string;
  style?: Record<string, string>;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog for as long as it is rendered; Esc and a press outside close it. */
export function Modal({ label, class: classes, style = {}, onClose, children }: ModalProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // Closing, and not only removing it, makes the browser give the focus back.
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it, which the browser reports as cancel.
    <dialog
      ref={ref}
      aria-label={label}
      class={classes}
      style={style}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      {children}
    </dialog>
  );
}
