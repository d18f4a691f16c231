import { request } from "./http.ts";
import type { Me, NewToken, Ok, SessionList, TokenList, TokenRequest } from "./types.gen.ts";

export function fetchMe(signal: AbortSignal): Promise<Me> {
  return request("GET", "/api/me", { signal });
}

/** Begins a session; the browser keeps its cookies. */
export function beginSession(username: string, password: string): Promise<Me> {
  return request("POST", "/api/login", { body: { username, password } });
}

/** Ends the session of this browser. */
export function endOwnSession(): Promise<Ok> {
  return request("POST", "/api/logout");
}

export function changePassword(current: string, next: string): Promise<Ok> {
  return request("POST", "/api/password", { body: { current, new: next } });
}

export function fetchSessions(signal: AbortSignal): Promise<SessionList> {
  return request("GET", "/api/sessions", { signal });
}

export function endSession(id: string): Promise<Ok> {
  return request("DELETE", `/api/sessions/${id}`);
}

export function fetchTokens(signal: AbortSignal): Promise<TokenList> {
  return request("GET", "/api/tokens", { signal });
}

/** Makes a token; the answer is the only one that ever holds its secret. */
export function makeToken(body: TokenRequest): Promise<NewToken> {
  return request("POST", "/api/tokens", { body });
}

export function revokeToken(id: string): Promise<Ok> {
  return request("DELETE", `/api/tokens/${id}`);
}
