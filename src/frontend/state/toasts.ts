import { ApiError } from "../api/http.ts";
import { createStore } from "../lib/store.ts";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "error";
  action?: { label: string; run: () => void };
}

const PLAIN_MS = 6_000;
const ERROR_MS = 10_000;
const MOST = 3;

export const toasts = createStore<Toast[]>([]);

let lastId = 0;

export function notify(text: string, action?: Toast["action"]): void {
  show({ id: ++lastId, text, tone: "plain", ...(action && { action }) }, PLAIN_MS);
}

/** Says what did not happen, and the server's reason. */
export function notifyError(what: string, error: unknown, action?: Toast["action"]): void {
  const text = error instanceof ApiError ? `${what} ${sentence(error.message)}` : what;
  show({ id: ++lastId, text, tone: "error", ...(action && { action }) }, ERROR_MS);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function dismiss(id: number): void {
  toasts.set((shown) => shown.filter((toast) => toast.id !== id));
}

function show(toast: Toast, lifetime: number): void {
  toasts.set((shown) => [...shown.filter(({ text }) => text !== toast.text), toast].slice(-MOST));
  setTimeout(() => dismiss(toast.id), lifetime);
}
