import { ApiError } from "../api/http.ts";
import { createStore } from "../lib/store.ts";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "error";
  action?: { label: string; run: () => void };
  /** Work that goes on: from 0 to 1, or null while its length is unknown. It stays until it is done. */
  progress?: number | null;
}

const PLAIN_MS = 6_000;
const ACTION_MS = 10_000;
const ERROR_MS = 10_000;
const MOST = 3;
/** What is done sooner needs no word. */
const PATIENCE_MS = 500;

export const toasts = createStore<Toast[]>([]);

const timers = new Map<number, ReturnType<typeof setTimeout>>();
let lastId = 0;
let held = false;

export function notify(text: string, action?: Toast["action"]): void {
  show({ id: ++lastId, text, tone: "plain", ...(action && { action }) });
}

/** Says what did not happen, and the server's reason. */
export function notifyError(what: string, error: unknown, action?: Toast["action"]): void {
  const text = error instanceof ApiError ? `${what} ${sentence(error.message)}` : what;
  show({ id: ++lastId, text, tone: "error", ...(action && { action }) });
}

/**
 * Says that something is being done, once it has taken a moment, and how far it has come.
 *
 * @param work told how to report from 0 to 1.
 */
export async function notifyWhile<T>(
  text: string,
  work: (report: (done: number) => void) => Promise<T>,
): Promise<T> {
  const id = ++lastId;
  let progress: number | null = null;
  const put = () => toasts.set((shown) => [...without(shown, id), { id, text, tone: "plain", progress }]);
  const timer = setTimeout(put, PATIENCE_MS);
  try {
    return await work((done) => {
      progress = done;
      if (toasts.get().some((toast) => toast.id === id)) put();
    });
  } finally {
    clearTimeout(timer);
    toasts.set((shown) => without(shown, id));
  }
}

export function dismiss(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.set((shown) => without(shown, id));
}

/** While the pointer or the focus is on them they stay; after that they have their full time again. */
export function holdToasts(hold: boolean): void {
  if (held === hold) return;
  held = hold;
  for (const toast of toasts.get()) time(toast);
}

function show(toast: Toast): void {
  const kept = toasts.get().filter(({ text, progress }) => progress !== undefined || text !== toast.text);
  toasts.set([...kept, toast].slice(-MOST));
  time(toast);
}

function time(toast: Toast): void {
  clearTimeout(timers.get(toast.id));
  timers.delete(toast.id);
  if (held || toast.progress !== undefined) return;
  const lifetime = toast.tone === "error" ? ERROR_MS : toast.action ? ACTION_MS : PLAIN_MS;
  timers.set(
    toast.id,
    setTimeout(() => dismiss(toast.id), lifetime),
  );
}

function without(shown: Toast[], id: number): Toast[] {
  return shown.filter((toast) => toast.id !== id);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
