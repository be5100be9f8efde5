import { CliError } from "./cli-error.ts";
import { isRecord } from "./document.ts";
import { unreachable } from "./reach-fault.ts";
import type { Settings } from "./settings.ts";

/** What a request asks for. */
export interface Ask {
  /** Undefined ones are left out. */
  query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, as NDJSON. */
  lines?: string;
  /** Seconds that the deployment is asked to hold its answer: they are added to the timeout. */
  hold?: number;
  headers?: Readonly<Record<string, string>>;
}

/** What a deployment answered that it refused. */
export class Refusal extends CliError {
  readonly status: number;
  /** The problem's word, such as `unknown-id`; "" when the answer is no problem document. */
  readonly reason: string;

  constructor(message: string, status: number, reason: string) {
    super(message, status === UNAVAILABLE ? 69 : 1);
    this.name = "Refusal";
    this.status = status;
    this.reason = reason;
  }

  /** Whether the deployment does not know the route: it is older than this command line. */
  get isMissingRoute(): boolean {
    return this.reason === "not-found" || this.reason === "method-not-allowed";
  }
}

const UNAUTHORIZED = 401;
const UNAVAILABLE = 503;
const TYPE = "urn:celeriac:problem:";
const SHOWN_FAULTS = 5;

/** A deployment at the other end of HTTP. Each method asks one route and answers its parsed JSON; what is refused or lost is a `CliError`. */
export class Server {
  readonly #settings: Settings;
  readonly #signal: AbortSignal;

  /** @param signal ends every request when the user does (Ctrl-C) */
  constructor(settings: Settings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
  }

  /** Where the deployment is, for messages. */
  get url(): string {
    return this.#settings.url;
  }

  /** Asks a route of the deployment, as `/v1/queues`. @throws Refusal, or CliError with 69 when no answer came */
  async ask(method: "GET" | "POST" | "PUT" | "DELETE", path: string, ask: Ask = {}): Promise<unknown> {
    const response = await this.#fetch(method, path, ask);
    const text = await this.#within(ask, response.text());
    if (!response.ok) throw this.#refusal(method, path, response, text);
    if (text === "") return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw this.#stranger();
    }
  }

  /** The same with GET. */
  get(path: string, query?: Ask["query"]): Promise<unknown> {
    return this.ask("GET", path, query === undefined ? {} : { query });
  }

  /** The same with POST and a JSON body. */
  post(path: string, body?: unknown): Promise<unknown> {
    return this.ask("POST", path, body === undefined ? {} : { body });
  }

  /** Asks a route that answers in plain text, as `/healthcheck`. */
  async text(path: string): Promise<string> {
    const response = await this.#fetch("GET", path, { headers: { accept: "text/plain" } });
    const text = await this.#within({}, response.text());
    if (!response.ok) throw this.#refusal("GET", path, response, text);
    return text;
  }

  /** Opens a stream of server-sent events. The answer's head must come in time; the rest may take for ever. */
  async stream(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#fetch("GET", path, { headers: { accept: "text/event-stream", ...headers } });
    if (!response.ok) throw this.#refusal("GET", path, response, await response.text());
    if (response.body === null || !response.headers.get("content-type")?.startsWith("text/event-stream")) throw this.#stranger();
    return response.body;
  }

  async #fetch(method: string, path: string, ask: Ask): Promise<Response> {
    const url = new URL(this.#settings.url + path);
    for (const [name, value] of Object.entries(ask.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const { key } = this.#settings;
    const body = ask.lines ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
    const headers = {
      accept: "application/json",
      "user-agent": "celeriac-cli",
      ...(body === undefined ? {} : { "content-type": ask.lines === undefined ? "application/json" : "application/x-ndjson" }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...ask.headers,
    };
    const leaving = new AbortController();
    const signal = AbortSignal.any([this.#signal, leaving.signal]);
    // A redirect would carry the key, or the task, to who knows where.
    const answer = fetch(url, { method, headers, signal, redirect: "manual", ...(body === undefined ? {} : { body }) });
    const response = await this.#within(ask, answer, () => leaving.abort());
    if (response.status >= 300 && response.status < 400) {
      const to = response.headers.get("location") ?? "another place";
      throw new CliError(`${this.url} redirects to ${to}: give the deployment's own address as --url`);
    }
    return response;
  }

  /** What a promise gives in time. */
  async #within<T>(ask: Ask, answer: Promise<T>, leave?: () => void): Promise<T> {
    const seconds = this.#settings.timeout + (ask.hold ?? 0);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new CliError(`${this.url} gave no answer within ${seconds} s: it is slow or hangs (--timeout waits longer)`, 69));
      leave?.();
    }, seconds * 1_000);
    try {
      return await Promise.race([answer, late.promise]);
    } catch (error) {
      if (error instanceof CliError) throw error;
      if (this.#signal.aborted) throw new CliError("interrupted", 130);
      throw unreachable(this.url, error);
    } finally {
      clearTimeout(timer);
      // The loser of the race is not listened to any more.
      answer.catch(() => undefined);
    }
  }

  #refusal(method: string, path: string, response: Response, text: string): CliError {
    const problem = readProblem(text);
    if (problem === undefined) {
      if (response.status >= 500)
        return new Refusal(`${this.url} answered ${response.status} to ${method} ${path}: see the Worker's log`, UNAVAILABLE, "");
      return this.#stranger(response.status);
    }
    const { reason, detail, faults } = problem;
    if (response.status === UNAUTHORIZED) {
      const asked = this.#settings.key === undefined ? "wants a key" : "refuses the key";
      return new Refusal(`${this.url} ${asked}: ${detail} Give it with --key or CELERIAC_KEY.`, response.status, reason);
    }
    if (reason === "not-found" || reason === "method-not-allowed") {
      return new Refusal(
        `the deployment at ${this.url} is older than this command line: it has no ${method} ${path}`,
        response.status,
        reason,
      );
    }
    const more = faults.length > 1 ? ` ${faults.slice(0, SHOWN_FAULTS).join("; ")}${faults.length > SHOWN_FAULTS ? "; …" : ""}` : "";
    return new Refusal(`${detail}${more}`, response.status, reason);
  }

  #stranger(status?: number): CliError {
    const what = status === undefined ? "answers" : `answers ${status},`;
    return new CliError(`${this.url} ${what} but not as a Celeriac deployment does: is --url the right address?`);
  }
}

function readProblem(text: string): { reason: string; detail: string; faults: string[] } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value.type !== "string" || !value.type.startsWith(TYPE)) return undefined;
  const faults = Array.isArray(value.errors) ? value.errors.filter(isRecord) : [];
  return {
    reason: value.type.slice(TYPE.length),
    detail: String(value.detail ?? value.title ?? "refused"),
    faults: faults.map(({ path, message }) => `${path}: ${message}`),
  };
}
