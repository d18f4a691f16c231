import type { TargetedSubmitEvent } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/http.ts";
import type { NewToken, TokenRequest } from "../../api/types.gen.ts";
import { account } from "../../lib/strings-account.ts";
import { addToken } from "../../state/account.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FieldError } from "../../ui/field-error.tsx";
import { Segments } from "../../ui/segments.tsx";
import { TokenOnce } from "./token-once.tsx";

const words = account.tokens;
const SCOPES = (["read", "write"] as const).map((value) => ({ value, label: words.scopes[value] }));

/** Makes tokens; the last one shows until one has taken note of it. */
export function NewTokenForm() {
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenRequest["scope"]>("read");
  const [error, setError] = useState<{ name?: string; all?: string }>({});
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    if (name.trim() === "") {
      setError({ name: words.noName });
      return;
    }
    setError({});
    setBusy(true);
    try {
      setMade(await addToken({ name: name.trim(), scope }));
      setName("");
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      const wrong = failure.field("name");
      setError(wrong ? { name: wrong } : { all: failure.message });
    } finally {
      setBusy(false);
    }
  };
  useLayoutEffect(() => {
    // The button that was pressed is gone.
    if (done.current) box.current?.focus();
    done.current = made !== null;
  }, [made]);
  if (made) return <TokenOnce token={made} onDone={() => setMade(null)} />;
  return (
    <form noValidate class="mb-4" onSubmit={submit}>
      <div class="flex flex-wrap items-start gap-3">
        <Field
          input={box}
          class="min-w-48 flex-1"
          label={words.name}
          autocomplete="off"
          placeholder={words.namePlaceholder}
          value={name}
          error={error.name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <fieldset class="max-md:w-full fine:[&_label]:h-7.5 [&_label]:px-2.5">
          <legend class="mb-1.5 font-medium">{words.scope}</legend>
          <Segments name="scope" value={scope} options={SCOPES} onChange={setScope} />
        </fieldset>
        <Button type="submit" class="mt-6.5 h-9 max-md:w-full max-md:mt-0" aria-disabled={busy}>
          {words.make}
        </Button>
      </div>
      {error.all && <FieldError class="mt-2">{error.all}</FieldError>}
    </form>
  );
}
