import { Eye, EyeOff } from "lucide-preact";
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { account as words } from "../../lib/strings-account.ts";
import { IconButton } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";

interface PasswordFieldProps {
  label: string;
  name: string;
  autocomplete: "current-password" | "new-password";
  value: string;
  error?: string | undefined;
  hint?: string;
  input?: RefObject<HTMLInputElement>;
  onInput: (value: string) => void;
}

/** A password, hidden until one wants to see it. */
export function PasswordField({ onInput, ...rest }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field
      {...rest}
      type={shown ? "text" : "password"}
      autocapitalize="none"
      spellcheck={false}
      onInput={(event) => onInput(event.currentTarget.value)}
      end={
        <IconButton
          label={shown ? words.hidePassword : words.showPassword}
          onClick={() => setShown((before) => !before)}
        >
          <Icon size={16} aria-hidden="true" />
        </IconButton>
      }
    />
  );
}
