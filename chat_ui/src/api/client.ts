import type { Problem } from "./types";

/** The server's "no", or no answer at all. `changed` says what we know about side effects. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
  }

  get mayHelpToRetry(): boolean {
    return this.problem.retry === "later" || this.problem.retry === "after_check";
  }
}

type Query = Record<string, string | number | readonly string[] | undefined>;

function withQuery(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === "") continue;
    for (const item of Array.isArray(value) ? value : [value]) params.append(key, String(item));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function problemOf(reply: Response): Promise<Problem> {
  const requestId = reply.headers.get("x-request-id") ?? "";
  try {
    const body = (await reply.json()) as Partial<Problem>;
    return {
      code: body.code ?? "error",
      message: body.message ?? `The server answered ${reply.status}.`,
      retry: body.retry ?? (reply.status >= 500 ? "later" : "never"),
      request_id: body.request_id ?? requestId,
    };
  } catch {
    const message = `The server answered ${reply.status} without an explanation.`;
    return { code: "error", message, retry: reply.status >= 500 ? "later" : "never", request_id: requestId };
  }
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin", signal: signal ?? null };
  if (body !== undefined) {
    init.headers = { "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  let reply: Response;
  try {
    reply = await fetch(path, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    const message =
      method === "GET"
        ? "The server cannot be reached. Check that it is running and the network is up."
        : "The server did not answer. Whether it received the request is not known yet; look before you try again.";
    throw new ApiError(0, { code: "unreachable", message, retry: "later", request_id: "" });
  }
  if (!reply.ok) throw new ApiError(reply.status, await problemOf(reply));
  return reply;
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const reply = await send("GET", withQuery(path, query), undefined, signal);
  return (await reply.json()) as T;
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await send("GET", path, undefined, signal)).text();
}

async function write<T>(method: string, path: string, body: unknown): Promise<T> {
  const text = await (await send(method, path, body)).text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const post = <T>(path: string, body: unknown = {}): Promise<T> => write("POST", path, body);
export const put = <T>(path: string, body: unknown): Promise<T> => write("PUT", path, body);
export const remove = <T>(path: string): Promise<T> => write("DELETE", path, undefined);
