import { UserRoundX } from "lucide-preact";
import { navigate } from "wouter-preact/use-browser-location";
import { account as words } from "../../lib/strings-account.ts";
import { useMe } from "../../state/session.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Header } from "../shell/header.tsx";
import { Password } from "./password.tsx";
import { Sessions } from "./sessions.tsx";
import { Tokens } from "./tokens.tsx";

/** One's password, where one is logged in, and the tokens of one's programs. */
export function AccountPage() {
  const me = useMe().data;
  return (
    <>
      <Header title={words.title} note={me?.login ? me.username : undefined} />
      {me?.login && (
        <div data-scroller class="min-h-0 flex-1 overflow-y-auto">
          <div class="mx-auto flex max-w-3xl flex-col gap-10 p-4 pb-24 md:px-6 md:py-8">
            <Password username={me.username} />
            <Sessions />
            <Tokens />
          </div>
        </div>
      )}
      {me && !me.login && (
        <Empty
          icon={<UserRoundX size={22} aria-hidden="true" />}
          title={words.off}
          action={<Button onClick={() => navigate("/gallery")}>{words.offAction}</Button>}
        >
          {words.offDetail}
        </Empty>
      )}
    </>
  );
}
