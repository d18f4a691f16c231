import { uuid } from "../lib/uuid.ts";

const KEY = "aiimagecraft.press";

/**
 * The idempotency key of a request. Until an answer came, the same request has the same key, over a reload
 * too: a press whose answer was lost starts no second job.
 */
export function keyFor(request: string): string {
  const [before, kept] = stored();
  if (before === request && kept) return kept;
  const key = uuid();
  localStorage.setItem(KEY, JSON.stringify([request, key]));
  return key;
}

/** Lets the next press start a job of its own. */
export function forgetKey(): void {
  localStorage.removeItem(KEY);
}

function stored(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(value) ? value.map(String) : [];
  } catch {
    return [];
  }
}
