import { clock, setClock } from "../lib/clock.ts";

const UNAUTHORIZED = 401;

/** Problem details, RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
}

/** A refusal of the server, or the lack of any answer from it. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  /** @param retryAfter seconds after which the server wants to be asked again, if it says so. */
  constructor(
    readonly problem: Problem,
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
  }

  get status(): number {
    return this.problem.status;
  }

  /** The message for one form field; `sources.0` counts as `sources`. */
  field(name: string): string | undefined {
    return this.problem.errors?.find((error) => error.field.split(/[.[]/)[0] === name)?.message;
  }
}

let askForLogin: () => void = () => undefined;

/** Has something done with every answer that wants a login first. */
export function onLoginWanted(act: () => void): void {
  askForLogin = act;
}

const EMPTY: Problem = { type: "about:blank", title: "", status: 0, detail: "" };

/** Status 0 says that no answer came at all. */
export function unreachable(): ApiError {
  return new ApiError({
    type: "about:blank",
    title: "The server cannot be reached",
    status: 0,
    detail: "The server cannot be reached. Check that it is running, then try again.",
  });
}

/** The error that an answer stands for; one that wants a login is told on. */
export function refusal(status: number, body: string, retryAfter: string | null): ApiError {
  if (status === UNAUTHORIZED) askForLogin();
  return toApiError(status, body, retryAfter);
}

/** Reads an error answer; proxies in between may send something that is no problem document. */
export function toApiError(status: number, body: string, retryAfter: string | null = null): ApiError {
  const wait = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null;
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "title" in parsed) {
      return new ApiError({ ...EMPTY, ...(parsed as Partial<Problem>), status }, wait);
    }
  } catch {
    // The fallback below covers every body that is not JSON.
  }
  const title = `The server answered with status ${status}`;
  return new ApiError({ type: "about:blank", title, status, detail: title }, wait);
}

/**
 * Sends a request and reads its JSON answer.
 *
 * @throws {ApiError} when the server refuses or cannot be reached.
 */
export async function request<T>(method: string, url: string, options: RequestOptions = {}): Promise<T> {
  return (await send(method, url, options)).json() as Promise<T>;
}

/**
 * Reads a list, and with it the point of the stream of events that the list is at least as new as.
 *
 * @throws {ApiError} when the server refuses or cannot be reached.
 */
export async function requestStamped<T>(url: string, options: RequestOptions): Promise<Stamped<T>> {
  const response = await send("GET", url, options);
  return { stamp: response.headers.get("x-aiimagecraft-stamp") ?? "", answer: (await response.json()) as T };
}

export interface Stamped<T> {
  answer: T;
  stamp: string;
}

async function send(method: string, url: string, options: RequestOptions): Promise<Response> {
  const asked = performance.now();
  const init: RequestInit = { method, headers: { accept: "application/json", ...options.headers } };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    init.body = JSON.stringify(options.body);
    init.headers = { ...init.headers, "content-type": "application/json" };
  }
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable();
  }
  const date = response.headers.get("date");
  if (date && clock.get() === null) setClock(date, asked);
  if (!response.ok) {
    throw refusal(response.status, await response.text(), response.headers.get("retry-after"));
  }
  return response;
}

interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}
