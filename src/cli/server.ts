import { queryOf } from "../client/query.ts";
import { type Answered, type Asked, Requester } from "../client/requester.ts";
import { systemChance, systemClock, systemTimers } from "../clock.ts";
import { CliError } from "./cli-error.ts";
import { stranger, toldError } from "./refusal.ts";
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
  /** What makes it safe to be sent again (see the client's `Asked`); default: it does the same once and twice. */
  repeatable?: Asked["repeatable"];
}

type Method = Asked["method"];

/** How often a request is tried again, within its timeout. */
const RETRIES = 2;

/**
 * A deployment at the other end of HTTP: the client's requests, with a limit of time over all tries of one. Each method asks one route and answers its
 * parsed JSON; what is refused, late or lost is a `CliError` that says so.
 */
export class Server {
  readonly #settings: Settings;
  readonly #leaving = new AbortController();
  readonly #signal: AbortSignal;

  /** @param signal ends every request when the user does (Ctrl-C) */
  constructor(settings: Settings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = AbortSignal.any([signal, this.#leaving.signal]);
  }

  /** Gives up what is asked at the moment, an open stream too. Nothing can be asked after. */
  leave(): void {
    this.#leaving.abort();
  }

  /** Where the deployment is, for messages. */
  get url(): string {
    return this.#settings.url;
  }

  /** Asks a route of the deployment, such as `/v1/queues`. @throws Refusal, or CliError with exit code 69 when no answer came */
  async ask(method: Method, path: string, ask: Ask = {}): Promise<unknown> {
    const { text } = await this.#request(method, path, ask, (requester, asked) => requester.ask(asked));
    if (text === "") return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw stranger(this.url);
    }
  }

  /** The same with GET. */
  get(path: string, query?: Ask["query"]): Promise<unknown> {
    return this.ask("GET", path, query === undefined ? {} : { query });
  }

  /** The same with POST and a JSON body. */
  post(path: string, body?: unknown, repeatable: Ask["repeatable"] = "nature"): Promise<unknown> {
    return this.ask("POST", path, body === undefined ? { repeatable } : { body, repeatable });
  }

  /** Asks a route that answers in plain text, such as `/healthcheck`. */
  async text(path: string): Promise<string> {
    return (await this.#request("GET", path, {}, (requester, asked) => requester.ask(asked))).text;
  }

  /** Opens a stream of server-sent events. Its head must come in time; the rest may take for ever. */
  async stream(path: string, query: Ask["query"], headers: Readonly<Record<string, string>>): Promise<ReadableStream<Uint8Array>> {
    const { response } = await this.#request("GET", path, { query }, (requester, asked) =>
      requester.stream({ ...asked, headers: { accept: "text/event-stream", ...headers } }),
    );
    if (response.body === null || response.headers.get("content-type")?.startsWith("text/event-stream") !== true) throw stranger(this.url);
    return response.body;
  }

  async #request(
    method: Method,
    path: string,
    ask: Ask,
    send: (requester: Requester, asked: Asked) => Promise<Answered>,
  ): Promise<Answered> {
    const { url, key, timeout } = this.#settings;
    const seconds = timeout + (ask.hold ?? 0);
    const late = new AbortController();
    const cancel = systemTimers.after(seconds * 1_000, () => {
      late.abort(new CliError(`${url} gave no answer within ${seconds} s: it is slow or hangs (--timeout waits longer)`, 69));
    });
    const requester = new Requester({
      url,
      key,
      headers: { accept: "application/json", "user-agent": "celeriac-cli" },
      fetch: (address, init) => fetch(address, init),
      // The limit over all tries ends a slow one.
      timeoutSeconds: seconds + 1,
      retries: RETRIES,
      signal: AbortSignal.any([this.#signal, late.signal]),
      clock: systemClock,
      timers: systemTimers,
      chance: systemChance,
    });
    try {
      return await send(requester, askedOf(method, path, ask));
    } catch (error) {
      if (this.#signal.aborted) throw new CliError("interrupted", 130);
      throw toldError(error, { method, path, url, hasKey: key !== undefined });
    } finally {
      cancel();
    }
  }
}

function askedOf(method: Method, path: string, { query, body, lines, hold, repeatable }: Ask): Asked {
  const text = lines ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    path: path + queryOf(query),
    ...(text === undefined ? {} : { body: text }),
    ...(lines === undefined ? {} : { type: "application/x-ndjson" }),
    ...(hold === undefined ? {} : { waitSeconds: hold }),
    ...(repeatable === undefined ? {} : { repeatable }),
  };
}
