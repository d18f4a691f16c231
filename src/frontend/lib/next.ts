const LOGIN = "/login";

/** A path of this origin: no scheme, no second slash or backslash that a browser would read as a host. */
const INSIDE = /^\/(?![/\\])[^\\\p{Cc}]*$/u;

/** Where to go after a login. Whatever could lead to another origin, or back to the login, is the first page. */
export function safeNext(next: string | null): string {
  if (next === null || !INSIDE.test(next)) return "/";
  return next.split(/[?#]/)[0] === LOGIN ? "/" : next;
}

/** The login's address, from which one comes back to a place of the app. */
export function loginAddress(from: string): string {
  const next = safeNext(from);
  return next === "/" ? LOGIN : `${LOGIN}?${new URLSearchParams({ next })}`;
}
