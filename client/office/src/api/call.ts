import { signal } from "@preact/signals";

/// What went wrong: the server's word for it, or “network” when no answer came at all.
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly retryAfter: number,
    readonly body: Record<string, unknown>,
  ) {
    super(detail || code);
  }
}

export const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem("network", 0, error instanceof Error ? error.message : "", 0, {});

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

let csrf = "";
export const rememberCsrf = (token: string): void => {
  csrf = token;
};

/// True from the first answer that says the session is over until somebody signs in again.
export const isSessionOver = signal(false);

/// Counts how often somebody came back after a session or a network that had ended: what could not be read is read again.
export const comebacks = signal(0);

/// Counts how often the server's history began anew (it was restored): whatever was read is read again.
export const resets = signal(0);

/// Whether the last call reached the server.
export const isReachable = signal(true);

const sessionRoutes = "/v1/session";

/// Reads the session anew: true when it is still this person's, under another word against forgery.
let renew: () => Promise<boolean> = async () => false;
export const renewBy = (way: () => Promise<boolean>): void => {
  renew = way;
};

export async function call<T>(method: Method, path: string, body?: unknown, abort?: AbortSignal): Promise<T> {
  let answer = await send(method, path, body, abort);
  // Somebody signed in anew in another tab.
  if (answer.status === 403 && method !== "GET" && (await renew())) answer = await send(method, path, body, abort);
  if (answer.status === 204) return undefined as T;
  const text = await answer.text();
  const value = text === "" ? {} : readJson(text);
  if (answer.ok) return value as T;
  const problem = asProblem(answer, (value ?? {}) as Record<string, unknown>);
  if (problem.status === 401 && !path.startsWith(sessionRoutes)) isSessionOver.value = true;
  throw problem;
}

export const get = <T>(path: string, abort?: AbortSignal): Promise<T> => call<T>("GET", path, undefined, abort);

async function send(method: Method, path: string, body: unknown, abort: AbortSignal | undefined): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  const request: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) request.body = JSON.stringify(body);
  if (abort) request.signal = abort;
  try {
    const answer = await fetch(path, request);
    isReachable.value = true;
    return answer;
  } catch (error) {
    if (abort?.aborted) throw new Problem("aborted", 0, "", 0, {});
    isReachable.value = false;
    throw new Problem("network", 0, error instanceof Error ? error.message : "", 0, {});
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asProblem(answer: Response, body: Record<string, unknown>): Problem {
  const type = typeof body["type"] === "string" ? body["type"] : "";
  const code = type.split(/[/:]/).pop() || "server_error";
  const detail = typeof body["detail"] === "string" ? body["detail"] : "";
  return new Problem(code, answer.status, detail, Number(answer.headers.get("Retry-After") ?? 0), body);
}

/// “?a=1&b=2” of the values that are there.
export function query(values: Record<string, string | number | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
