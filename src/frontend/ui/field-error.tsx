import { CircleAlert } from "lucide-preact";

interface FieldErrorProps {
  id?: string;
  class?: string;
  children: string;
}

/** What is wrong with a field, beside it; red is kept for what destroys. */
export function FieldError({ id, class: extra = "", children }: FieldErrorProps) {
  return (
    <p {...(id && { id })} role="alert" class={`flex gap-2 ${extra}`}>
      <CircleAlert size={16} class="mt-0.5 shrink-0" aria-hidden="true" />
      <span class="wrap-anywhere">{children}</span>
    </p>
  );
}
