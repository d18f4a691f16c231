import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { focusIfLost } from "../../ui/keep-focus.ts";

interface SectionProps {
  title: string;
  hint?: string;
  /** Stands beside the title. */
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** One matter of the account. */
export function Section({ title, hint, action, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div class="mb-4 flex min-h-8 items-end justify-between gap-3">
        <div class="min-w-0">
          <h2 id={id} class="font-semibold text-base">
            {title}
          </h2>
          {hint && <p class="text-soft">{hint}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

interface RowsProps {
  label: string;
  children: ComponentChildren[];
}

/** Rows in one frame, which has the focus when a row that had it is gone. */
export function Rows({ label, children }: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(0);
  const count = children.length;
  useLayoutEffect(() => {
    if (count < before.current) focusIfLost(list);
    before.current = count;
  }, [count]);
  return (
    <ul
      ref={list}
      tabIndex={-1}
      aria-label={label}
      class="divide-y divide-line rounded-xl border border-line outline-none"
    >
      {children}
    </ul>
  );
}

interface RowProps {
  icon: ComponentChildren;
  title: string;
  /** Stands beside the title. */
  badge?: string | undefined;
  detail: string;
  children?: ComponentChildren;
}

export function Row({ icon, title, badge, detail, children }: RowProps) {
  return (
    <li class="flex min-h-14 items-center gap-3 px-3 py-2 coarse:min-h-16 md:px-4">
      <span class="text-soft" aria-hidden="true">
        {icon}
      </span>
      <div class="min-w-0 flex-1">
        <p class="flex items-center gap-2">
          <span class="truncate font-medium">{title}</span>
          {badge && (
            <span class="shrink-0 rounded-md bg-fill px-1.5 text-soft text-xs leading-5">{badge}</span>
          )}
        </p>
        <p class="wrap-anywhere text-soft text-xs">{detail}</p>
      </div>
      {children}
    </li>
  );
}

/** Holds the places of rows that are still to come. */
export function LoadingRows({ label }: { label: string }) {
  return <div role="status" aria-label={label} class="h-14.5 rounded-xl border border-line bg-fill" />;
}
