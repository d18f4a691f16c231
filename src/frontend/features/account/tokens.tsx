import { KeyRound } from "lucide-preact";
import { useState } from "preact/hooks";
import type { TokenItem } from "../../api/types.gen.ts";
import { formatAgo, formatDay } from "../../lib/format.ts";
import { account } from "../../lib/strings-account.ts";
import { endToken, useTokens } from "../../state/account.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { useNow } from "../../ui/now.ts";
import { Retry } from "../../ui/retry.tsx";
import { NewTokenForm } from "./new-token.tsx";
import { LoadingRows, Row, Rows, Section } from "./section.tsx";

const words = account.tokens;

export function Tokens() {
  const { data, error, refetch } = useTokens();
  const [asking, setAsking] = useState<TokenItem | null>(null);
  return (
    <Section title={words.title} hint={words.hint}>
      <NewTokenForm />
      {!data && error && <Retry text={words.failed} detail={error.message} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingRows label={words.loading} />}
      {data?.items.length === 0 && (
        <p class="rounded-xl border border-line border-dashed px-4 py-5 text-center text-soft">
          {words.empty}
        </p>
      )}
      {data && data.items.length > 0 && (
        <Rows label={words.title}>
          {data.items.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={() => setAsking(token)} />
          ))}
        </Rows>
      )}
      {asking && (
        <Confirm
          title={words.confirmTitle(asking.name)}
          body={words.confirm}
          action={words.revoke}
          cancel={words.cancel}
          onConfirm={() => void endToken(asking)}
          onClose={() => setAsking(null)}
        />
      )}
    </Section>
  );
}

function TokenRow({ token, onRevoke }: { token: TokenItem; onRevoke: () => void }) {
  const now = useNow();
  const { name, scope, createdAt, lastUsedAt } = token;
  const used = lastUsedAt === null ? words.unused : words.used(formatAgo(lastUsedAt, now));
  return (
    <Row
      icon={<KeyRound size={18} />}
      title={name}
      badge={words.scopes[scope]}
      detail={`${words.created(formatDay(createdAt))} · ${used}`}
    >
      <Button aria-label={words.revokeOf(name)} onClick={onRevoke}>
        {words.revoke}
      </Button>
    </Row>
  );
}
