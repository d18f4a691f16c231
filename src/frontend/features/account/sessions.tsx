import { Monitor, Smartphone } from "lucide-preact";
import type { SessionItem } from "../../api/types.gen.ts";
import { isHandheld, nameAgent } from "../../lib/agent.ts";
import { formatAgo } from "../../lib/format.ts";
import { account } from "../../lib/strings-account.ts";
import { endSessions, useSessions } from "../../state/account.ts";
import { Button } from "../../ui/button.tsx";
import { useNow } from "../../ui/now.ts";
import { Retry } from "../../ui/retry.tsx";
import { LoadingRows, Row, Rows, Section } from "./section.tsx";

const words = account.sessions;
const NOW = "now";

export function Sessions() {
  const { data, error, refetch } = useSessions();
  const sessions = data?.items ?? [];
  const others = sessions.filter(({ current }) => !current);
  return (
    <Section
      title={words.title}
      hint={words.hint}
      action={others.length > 1 && <Button onClick={() => endSessions(others)}>{words.endOthers}</Button>}
    >
      {data ? (
        <Rows label={words.title}>
          {ordered(sessions).map((session) => (
            <SessionRow key={session.id} session={session} onEnd={() => endSessions([session])} />
          ))}
        </Rows>
      ) : error ? (
        <Retry text={words.failed} detail={error.message} onRetry={() => void refetch()} />
      ) : (
        <LoadingRows label={words.loading} />
      )}
    </Section>
  );
}

function SessionRow({ session, onEnd }: { session: SessionItem; onEnd: () => void }) {
  const now = useNow();
  const { agent, address, current, lastUsedAt } = session;
  const name = nameAgent(agent) ?? words.unknown;
  const Icon = isHandheld(agent) ? Smartphone : Monitor;
  const ago = current ? NOW : formatAgo(lastUsedAt, now);
  return (
    <Row
      icon={<Icon size={18} />}
      title={name}
      badge={current ? words.current : undefined}
      detail={`${address} · ${ago === NOW ? words.seenNow : words.seen(ago)}`}
    >
      {!current && (
        <Button aria-label={words.endOf(name)} onClick={onEnd}>
          {words.end}
        </Button>
      )}
    </Row>
  );
}

/** This session first; the others as the server orders them. */
function ordered(sessions: SessionItem[]): SessionItem[] {
  return [...sessions].sort((a, b) => Number(b.current) - Number(a.current));
}
