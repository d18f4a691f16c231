import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { changePassword } from "../../api/account.ts";
import { ApiError } from "../../api/http.ts";
import { account } from "../../lib/strings-account.ts";
import { refetchSessions } from "../../state/account.ts";
import { notify } from "../../state/toasts.ts";
import { Button } from "../../ui/button.tsx";
import { FieldError } from "../../ui/field-error.tsx";
import { PasswordField } from "./password-field.tsx";
import { Section } from "./section.tsx";

const words = account.password;

interface Errors {
  current?: string | undefined;
  next?: string | undefined;
  all?: string | undefined;
}

export function Password({ username }: { username: string }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const missing = missingOf(current, next);
    setErrors(missing);
    if (missing.current ?? missing.next) return;
    setBusy(true);
    try {
      await changePassword(current, next);
      setCurrent("");
      setNext("");
      notify(words.done);
      void refetchSessions();
    } catch (error) {
      setErrors(explain(error));
    }
    setBusy(false);
  };
  return (
    <Section title={words.title}>
      <form noValidate class="flex flex-col md:max-w-88 gap-4" onSubmit={submit}>
        <input hidden name="username" autocomplete="username" value={username} readOnly />
        <PasswordField
          label={words.current}
          name="current-password"
          autocomplete="current-password"
          value={current}
          error={errors.current}
          onInput={setCurrent}
        />
        <PasswordField
          label={words.next}
          name="new-password"
          autocomplete="new-password"
          value={next}
          error={errors.next}
          hint={words.hint}
          onInput={setNext}
        />
        {errors.all && <FieldError>{errors.all}</FieldError>}
        <Button type="submit" class="self-start" aria-disabled={busy}>
          {words.action}
        </Button>
      </form>
    </Section>
  );
}

function missingOf(current: string, next: string): Errors {
  return {
    ...(current === "" && { current: words.noCurrent }),
    ...(next === "" && { next: words.noNext }),
  };
}

function explain(error: unknown): Errors {
  if (!(error instanceof ApiError)) throw error;
  const current = error.field("current");
  const next = error.field("new");
  return current || next ? { current, next } : { all: error.message };
}
