import { type UseQueryResult, useQuery } from "@tanstack/preact-query";
import { beginSession, endOwnSession, fetchMe } from "../api/account.ts";
import { ApiError, onLoginWanted } from "../api/http.ts";
import type { Me } from "../api/types.gen.ts";
import { loginAddress } from "../lib/next.ts";
import { t } from "../lib/strings.ts";
import { queryClient } from "./client.ts";
import { forgetPersonal, keepFor } from "./personal.ts";
import { keys } from "./queries.ts";
import { notifyError } from "./toasts.ts";

/** What tabs tell each other: who logged in, or null when somebody logged out. */
type Message = { user: string | null };

const CHANNEL = "aiimagecraft.session";
const UNAUTHORIZED = 401;

let leaving = false;
let clear: () => void = () => undefined;
let name: string | null = null;
let id: number | null = null;

/**
 * Leaves the page as soon as the person who loaded it is not logged in any more. The page goes as a whole, and
 * with it everything that it held in memory.
 *
 * @param empty takes everything off the screen.
 */
export function startSession(empty: () => void): void {
  clear = empty;
  onLoginWanted(toLogin);
  onOtherTab(({ user }) => {
    if (user === null) toLogin();
    else if (user !== name) leave(null);
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    // The browser kept the page while another was shown, and nothing was heard meanwhile.
    if (persisted && leaving) location.reload();
    else if (persisted) void isStillIn();
  });
}

export function useMe(): UseQueryResult<Me> {
  return useQuery({ queryKey: keys.me, queryFn: ({ signal }) => askWho(signal) });
}

/** Asks the server who this is; where it is nobody, or another than before, the page is left. */
export async function isStillIn(): Promise<boolean> {
  try {
    await queryClient.fetchQuery({
      queryKey: keys.me,
      queryFn: ({ signal }) => askWho(signal),
      staleTime: 0,
      retry: false,
    });
  } catch {
    // Without an answer nothing is known; a refusal has led to the login already.
  }
  return !leaving;
}

/** Tells whether events are still those of the user that they began with; else the page is left. */
export function isStillUser(user: number): boolean {
  id ??= user;
  if (id !== user) leave(null);
  return id === user;
}

export function isLeaving(): boolean {
  return leaving;
}

/**
 * Begins a session and tells the other tabs.
 *
 * @throws {ApiError} when the server refuses or cannot be reached.
 */
export async function logIn(username: string, password: string): Promise<void> {
  const me = await beginSession(username, password);
  keepFor(me.username);
  tellOtherTabs({ user: me.username });
}

/** Ends the session in all tabs, and what this browser keeps of the person is forgotten. */
export async function logOut(): Promise<void> {
  try {
    await endOwnSession();
  } catch (error) {
    if (!(error instanceof ApiError && error.status === UNAUTHORIZED)) {
      notifyError(t.failed.logOut, error);
      return;
    }
  }
  forgetPersonal();
  tellOtherTabs({ user: null });
  leave(loginAddress("/"));
}

/** @returns what stops it. */
export function onOtherTab(act: (message: Message) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Message>) => act(data);
  return () => channel.close();
}

function tellOtherTabs(message: Message): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}

async function askWho(signal: AbortSignal): Promise<Me> {
  const me = await fetchMe(signal);
  const forgotten = me.login && keepFor(me.username);
  if (forgotten || (name ?? me.username) !== me.username) leave(null);
  name = me.username;
  return me;
}

function toLogin(): void {
  if (location.pathname === "/login") leave(null);
  else leave(loginAddress(location.pathname + location.search));
}

/** @param address null loads the same page anew. */
function leave(address: string | null): void {
  if (leaving) return;
  leaving = true;
  clear();
  queryClient.clear();
  if (address === null) location.reload();
  else location.replace(address);
}
