import { Monitor, Moon, Sun } from "lucide-preact";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { chooseTheme, theme } from "../../state/theme.ts";

const CHOICES = [
  { value: "light", icon: Sun },
  { value: "dark", icon: Moon },
  { value: "system", icon: Monitor },
] as const;

export function ThemeToggle() {
  const chosen = useStore(theme);
  return (
    <fieldset class="flex w-full rounded-lg border border-line p-0.5">
      <legend class="sr-only">{t.theme.label}</legend>
      {CHOICES.map(({ value, icon: Icon }) => (
        <label
          key={value}
          title={t.theme[value]}
          class="tap flex h-7 flex-1 cursor-pointer items-center justify-center rounded-md text-soft transition-colors hover:text-ink has-checked:bg-hover has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="theme"
            class="sr-only"
            aria-label={t.theme[value]}
            checked={chosen === value}
            onChange={() => chooseTheme(value)}
          />
          <Icon size={16} aria-hidden="true" />
        </label>
      ))}
    </fieldset>
  );
}
