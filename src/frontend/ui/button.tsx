import type { ComponentChildren, JSX } from "preact";

type Tone = "plain" | "primary" | "danger" | "quiet";

const TONES: Record<Tone, string> = {
  plain: "border border-line bg-raised hover:bg-fill",
  primary: "bg-indigo-600 font-medium text-white hover:bg-indigo-500",
  danger: "bg-red-600 font-medium text-white hover:bg-red-500",
  quiet: "text-soft hover:bg-fill hover:text-ink",
};

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "icon"> & {
  tone?: Tone;
  children: ComponentChildren;
};

/** A button with words. */
export function Button({ tone = "plain", class: extra = "", children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      class={`tap inline-flex h-8 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-lg px-3 transition-colors disabled:bg-fill disabled:text-soft aria-disabled:bg-fill aria-disabled:text-soft ${TONES[tone]} ${extra}`}
      {...rest}
    >
      {children}
    </button>
  );
}

type IconButtonProps = Omit<JSX.IntrinsicElements["button"], "label"> & {
  label: string;
  children: ComponentChildren;
};

/** A button with an icon only; its label is its accessible name and its tooltip. */
export function IconButton({ label, class: extra = "", children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      class={`tap inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-soft transition-colors hover:bg-fill hover:text-ink disabled:opacity-40 ${extra}`}
      {...rest}
    >
      {children}
    </button>
  );
}
