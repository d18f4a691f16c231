import type { TargetedSubmitEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { fetchMe } from "../../api/account.ts";
import { ApiError } from "../../api/http.ts";
import { safeNext } from "../../lib/next.ts";
import { login as words } from "../../lib/strings-account.ts";
import { logIn, onOtherTab } from "../../state/session.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FieldError } from "../../ui/field-error.tsx";
import { PasswordField } from "../account/password-field.tsx";
import { formatWait, useWait } from "./wait.ts";

const TOO_MANY = 429;

interface Errors {
  username?: string | undefined;
  password?: string | undefined;
  all?: string | undefined;
}

export function LoginForm() {
  const nameBox = useRef<HTMLInputElement>(null);
  const passwordBox = useRef<HTMLInputElement>(null);
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [waitFor, setWaitFor] = useWait(() => setErrors({}));
  const waits = waitFor > 0;
  useGoOn();
  useLayoutEffect(() => nameBox.current?.focus(), []);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy || waits) return;
    const missing = missingOf(username, password);
    setErrors(missing);
    if (missing.username ?? missing.password) {
      (missing.username ? nameBox : passwordBox).current?.focus();
      return;
    }
    setBusy(true);
    try {
      await logIn(username, password);
      goOn();
    } catch (error) {
      setBusy(false);
      setErrors(explain(error));
      if (error instanceof ApiError && error.status === TOO_MANY) setWaitFor(error.retryAfter ?? 1);
      else passwordBox.current?.select();
    }
  };
  return (
    <form noValidate class="flex flex-col gap-4" onSubmit={submit}>
      <h1 class="font-semibold text-xl tracking-tight">{words.title}</h1>
      <Field
        input={nameBox}
        label={words.username}
        name="username"
        autocomplete="username"
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        enterKeyHint="next"
        value={username}
        error={errors.username}
        onInput={(event) => {
          setUsername(event.currentTarget.value);
          // Failures are counted for a name; another may be let in.
          setWaitFor(0);
          setErrors({});
        }}
      />
      <PasswordField
        input={passwordBox}
        label={words.password}
        name="password"
        autocomplete="current-password"
        value={password}
        error={errors.password}
        onInput={setPassword}
      />
      {errors.all && <FieldError>{errors.all}</FieldError>}
      <Button tone="primary" type="submit" class="mt-2 h-9" aria-disabled={busy || waits}>
        {waits ? words.wait(formatWait(waitFor)) : busy ? words.running : words.action}
      </Button>
    </form>
  );
}

/** Goes on at once when there is nothing to log in to, or somebody is logged in already. */
function useGoOn(): void {
  useEffect(() => {
    const abort = new AbortController();
    // Any refusal, and no answer at all, leave the person with the form.
    fetchMe(abort.signal).then(goOn, () => undefined);
    const stop = onOtherTab(({ user }) => user !== null && goOn());
    return () => {
      abort.abort();
      stop();
    };
  }, []);
}

function goOn(): void {
  location.replace(safeNext(new URLSearchParams(location.search).get("next")));
}

function missingOf(username: string, password: string): Errors {
  return {
    ...(username.trim() === "" && { username: words.noUsername }),
    ...(password === "" && { password: words.noPassword }),
  };
}

function explain(error: unknown): Errors {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === TOO_MANY) return { all: words.throttled };
  const username = error.field("username");
  const password = error.field("password");
  return username || password ? { username, password } : { all: error.message };
}
