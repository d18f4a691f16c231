import type { ComponentChildren } from "preact";

interface EmptyProps {
  icon: ComponentChildren;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}

/** Says that there is nothing here, and offers the one next step. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div class="flex h-full min-h-72 flex-col items-center justify-center gap-1 p-8 text-center">
      <div class="mb-3 flex size-12 items-center justify-center rounded-xl border border-line text-soft">
        {icon}
      </div>
      <h2 class="font-medium text-base">{title}</h2>
      <p class="max-w-80 text-pretty text-soft">{children}</p>
      {action && <div class="mt-4">{action}</div>}
    </div>
  );
}
