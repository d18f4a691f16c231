import { type UseQueryResult, useQuery } from "@tanstack/preact-query";
import { endSession, fetchSessions, fetchTokens, makeToken, revokeToken } from "../api/account.ts";
import { ApiError } from "../api/http.ts";
import type {
  NewToken,
  SessionItem,
  SessionList,
  TokenItem,
  TokenList,
  TokenRequest,
} from "../api/types.gen.ts";
import { account as words } from "../lib/strings-account.ts";
import { queryClient } from "./client.ts";
import { notify, notifyError } from "./toasts.ts";

const SESSIONS = ["sessions"] as const;
const TOKENS = ["tokens"] as const;
const NOT_FOUND = 404;

/** No event tells of sessions and tokens, so they are asked for whenever one looks. */
const FRESH = { staleTime: 0, gcTime: 0, refetchOnWindowFocus: true } as const;

export function useSessions(): UseQueryResult<SessionList> {
  return useQuery({ ...FRESH, queryKey: SESSIONS, queryFn: ({ signal }) => fetchSessions(signal) });
}

export function useTokens(): UseQueryResult<TokenList> {
  return useQuery({ ...FRESH, queryKey: TOKENS, queryFn: ({ signal }) => fetchTokens(signal) });
}

export function refetchSessions(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: SESSIONS });
}

/** Ends sessions one after the other; one that has ended meanwhile is as good. */
export async function endSessions(sessions: readonly SessionItem[]): Promise<void> {
  try {
    for (const { id } of sessions) await gone(endSession(id));
    notify(words.sessions.ended(sessions.length));
  } catch (error) {
    notifyError(words.sessions.endFailed, error);
  }
  await refetchSessions();
}

/**
 * Makes a token and lists it.
 *
 * @throws {ApiError} when the server refuses; the form shows it beside its fields.
 */
export async function addToken(wanted: TokenRequest): Promise<NewToken> {
  const made = await makeToken(wanted);
  void queryClient.invalidateQueries({ queryKey: TOKENS });
  return made;
}

export async function endToken({ id }: TokenItem): Promise<void> {
  try {
    await gone(revokeToken(id));
    notify(words.tokens.revoked);
  } catch (error) {
    notifyError(words.tokens.revokeFailed, error);
  }
  await queryClient.invalidateQueries({ queryKey: TOKENS });
}

async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === NOT_FOUND)) throw error;
  }
}
