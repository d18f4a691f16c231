import { Copy } from "lucide-preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { NewToken } from "../../api/types.gen.ts";
import { account } from "../../lib/strings-account.ts";
import { notify, notifyError } from "../../state/toasts.ts";
import { Button } from "../../ui/button.tsx";

const words = account.tokens;

/** A token that was made, the only time that it can be seen. */
export function TokenOnce({ token, onDone }: { token: NewToken; onDone: () => void }) {
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => box.current?.select(), []);
  const copy = async () => {
    box.current?.select();
    try {
      // Pages that came over plain HTTP from another machine have no clipboard.
      if (!navigator.clipboard) throw new Error("There is no clipboard");
      await navigator.clipboard.writeText(token.token);
      notify(words.copied);
    } catch {
      notifyError(words.copyFailed, null);
    }
  };
  return (
    <div class="mb-4 rounded-xl border border-line bg-panel p-4">
      <p role="status">
        <span class="font-medium">{token.name}</span>
        <span class="block text-soft">{words.once}</span>
      </p>
      <div class="mt-3 flex flex-wrap gap-2">
        <input
          ref={box}
          readOnly
          aria-label={words.secret(token.name)}
          class="tap h-9 min-w-0 flex-[1_1_16rem] rounded-lg border border-line bg-raised px-3 font-mono text-xs"
          value={token.token}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button tone="primary" class="h-9" onClick={copy}>
          <Copy size={16} aria-hidden="true" />
          {words.copy}
        </Button>
        <Button class="h-9" onClick={onDone}>
          {words.done}
        </Button>
      </div>
    </div>
  );
}
