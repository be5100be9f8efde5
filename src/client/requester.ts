import type { Clock, Timers } from "../clock.ts";
import { CeleriacError } from "../core/errors.ts";
import { NONCE_HEADER, writeNonceHeader } from "../core/wire/nonce-header.ts";
import { snakeMembers } from "../core/wire/snake-members.ts";
import { problemOf } from "./problem.ts";
import { type Query, queryOf } from "./query.ts";

/** The one thing that the client needs of its platform. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** No answer came: the network failed, or the server was too slow. `cause` is what `fetch` threw. */
export class Unreachable extends CeleriacError {
  constructor(message: string, options?: ErrorOptions) {
    super("unreachable", message, options);
    this.name = "Unreachable";
  }
}

/** How requests are made. */
export interface RequesterParts {
  /** Where the deployment answers, without a slash at the end. */
  url: string;
  key: string | undefined;
  headers: Readonly<Record<string, string>>;
  fetch: Fetch;
  /** Seconds that one try may take, beside what it asks the server to wait. */
  timeoutSeconds: number;
  /** How often a request is tried again. */
  retries: number;
  signal: AbortSignal | undefined;
  clock: Clock;
  timers: Timers;
  /** A number from 0 (included) to 1 (excluded). */
  chance(): number;
}

/** One request. */
export interface Asked {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the deployment's URL, with the query: `/v1/queues`. */
  path: string;
  /** JSON, or NDJSON with `type`. */
  body?: string;
  /** The body's content type; default `application/json`. */
  type?: string;
  headers?: Readonly<Record<string, string>>;
  /** How many seconds the server is asked to hold its answer. */
  waitSeconds?: number;
  /**
   * What makes it safe to be sent again. `nature` (default): the same request twice does what it does once. `nonce`: it bears a nonce. `nothing`:
   * it is only sent again when it was refused for now (429).
   */
  repeatable?: "nature" | "nonce" | "nothing";
}

/** What came: a success. */
export interface Answered {
  status: number;
  response: Response;
  /** The body; "" for one that is left to be streamed. */
  text: string;
  /** Which try it was, counted from 1. */
  attempt: number;
}

/** A try that failed. */
interface Failed {
  error: unknown;
  /** Whether it may pass by itself. `refused`: it may, and nothing was done; `unsure`: it may, and nobody knows what was done. */
  mayPass: "no" | "refused" | "unsure";
  retryAfterSeconds?: number;
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 10_000;
/** The longest `Retry-After` that is waited for. */
const LONGEST_RETRY_AFTER = 60;
const TOO_MANY = 429;

/**
 * Makes requests, and makes them again: when no answer came and for 429, 502, 503 and 504, after what `Retry-After` says, else after pauses that double and
 * vary. A request that would do harm twice is never sent twice.
 */
export class Requester {
  readonly #parts: RequesterParts;

  constructor(parts: RequesterParts) {
    this.#parts = parts;
  }

  /** Asks, and reads the answer whole. @throws Problem for what is refused, Unreachable, or the signal's reason */
  async ask(asked: Asked): Promise<Answered> {
    return this.#repeat(asked, false);
  }

  /** Asks, and answers the JSON that came; null for none. It is trusted to have the shape of the contract. */
  async json<Answer>(asked: Asked): Promise<Answer> {
    const { text } = await this.ask(asked);
    return JSON.parse(text || "null");
  }

  /** Asks for JSON. */
  get<Answer>(path: string, query?: Query, waitSeconds?: number): Promise<Answer> {
    return this.json({ method: "GET", path: path + queryOf(query), waitSeconds });
  }

  /** Posts an object whose members are named in camelCase. */
  post<Answer>(path: string, body: object = {}, repeatable?: Asked["repeatable"]): Promise<Answer> {
    return this.json({ method: "POST", path, body: JSON.stringify(snakeMembers(body)), repeatable });
  }

  /** Asks, and leaves the body to be read as it comes. Only until the head has come is there a limit of time. */
  async stream(asked: Asked): Promise<Answered> {
    return this.#repeat(asked, true);
  }

  /** Waits; rejects with the signal's reason when it is aborted before. */
  async pause(milliseconds: number): Promise<void> {
    await this.within(milliseconds, new Promise<never>(() => {}));
  }

  /** What is awaited, or undefined when it fails or takes longer. @throws the signal's reason */
  async within<V>(milliseconds: number, awaited: Promise<V> | undefined): Promise<V | undefined> {
    const { timers, signal } = this.#parts;
    signal?.throwIfAborted();
    let end = () => {};
    const over = new Promise<undefined>((resolve) => {
      const stop = () => resolve(undefined);
      const cancel = timers.after(milliseconds, stop);
      signal?.addEventListener("abort", stop);
      end = () => {
        cancel();
        signal?.removeEventListener("abort", stop);
      };
    });
    const first = await Promise.race([awaited?.catch(() => undefined), over]);
    end();
    signal?.throwIfAborted();
    return first;
  }

  async #repeat(asked: Asked, streamed: boolean): Promise<Answered> {
    const { clock, signal, retries } = this.#parts;
    const nonce = asked.repeatable === "nonce" ? crypto.randomUUID() : undefined;
    const began = clock.now();
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const ageSeconds = Math.max(0, clock.now() - began) / 1000;
      const headers: Record<string, string> = { ...asked.headers };
      if (nonce !== undefined) headers[NONCE_HEADER] = writeNonceHeader({ nonce, attempt, ageSeconds });
      const result = await this.#try(asked, headers, streamed);
      if (!("error" in result)) return { ...result, attempt };
      const harmful = result.mayPass === "unsure" && asked.repeatable === "nothing";
      if (result.mayPass === "no" || harmful || attempt > retries) throw result.error;
      await this.pause(this.#pauseBefore(attempt, result.retryAfterSeconds));
    }
  }

  #pauseBefore(attempt: number, retryAfterSeconds = 0): number {
    const doubled = Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** attempt);
    return Math.min(retryAfterSeconds, LONGEST_RETRY_AFTER) * 1000 + doubled * (0.5 + this.#parts.chance() / 2);
  }

  async #try(asked: Asked, headers: Record<string, string>, streamed: boolean): Promise<Omit<Answered, "attempt"> | Failed> {
    const { url, key, fetch, timers, timeoutSeconds, signal } = this.#parts;
    const controller = new AbortController();
    const seconds = timeoutSeconds + (asked.waitSeconds ?? 0);
    const cancel = timers.after(seconds * 1000, () => controller.abort(new Error(`no answer within ${seconds} s`)));
    const init: RequestInit = {
      method: asked.method,
      headers: {
        ...this.#parts.headers,
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(asked.body === undefined ? {} : { "content-type": asked.type ?? "application/json" }),
        ...headers,
      },
      body: asked.body,
      // The key and the body are for this deployment.
      redirect: "manual",
      signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    };
    try {
      const response = await fetch(url + asked.path, init);
      const { status } = response;
      const success = status >= 200 && status < 300;
      const text = streamed && success ? "" : await response.text();
      if (success) return { status, response, text };
      const retryAfterSeconds = readRetryAfter(response, this.#parts.clock);
      const mayPass = status === TOO_MANY ? "refused" : status > 501 && status < 505 ? "unsure" : "no";
      return { error: problemOf(status, text, retryAfterSeconds), mayPass, retryAfterSeconds };
    } catch (cause) {
      signal?.throwIfAborted();
      const why = controller.signal.aborted ? controller.signal.reason : cause;
      const message = `${asked.method} ${url}${asked.path}: ${why instanceof Error ? why.message : String(why)}`;
      return { error: new Unreachable(message, { cause }), mayPass: "unsure" };
    } finally {
      cancel();
    }
  }
}

/** `Retry-After` in seconds: a number, or the instant of an HTTP date. */
function readRetryAfter(response: Response, clock: Clock): number | undefined {
  const text = response.headers.get("retry-after");
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - clock.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
