import { AsyncResult } from "../app/async-result.ts";
import type { ResultConnection } from "../app/result-connection.ts";
import { systemChance, systemClock, systemTimers } from "../clock.ts";
import { camelMembers } from "../core/wire/camel-members.ts";
import { type ResultDocument, readResultDocument } from "../core/wire/read-result-document.ts";
import { writeCall } from "../core/wire/write-call.ts";
import { ClientTask } from "./client-task.ts";
import { ClientControl } from "./control.ts";
import { type EventsOptions, readEvents, type TaskEvent } from "./event-stream.ts";
import type { ResultsFilter } from "./filter.ts";
import { httpTransport } from "./http-transport.ts";
import { segment } from "./query.ts";
import { type Asked, type Fetch, Requester } from "./requester.ts";
import { Schedules } from "./schedules.ts";
import { type TaskView, taskView } from "./task-view.ts";
import type { ArgsOfName, BulkCall, BulkResults, ResultOfName, TaskName } from "./tasks-of.ts";
import type { QueueView, SeriesView, TaskDocument } from "./views.ts";

/** How a client reaches a deployment. */
export interface ClientOptions {
  /** Where the deployment answers, with the path that its routes are mounted under: `https://queue.example.com`. */
  url: string;
  /** One of the deployment's keys (`CELERIAC_KEYS`), sent as `Authorization: Bearer`. The local runner needs none. */
  key?: string;
  /** What requests are made with. Default: the platform's `fetch`. For a service binding `env.CELERIAC.fetch.bind(env.CELERIAC)`. */
  fetch?: Fetch;
  /** Further headers of every request. */
  headers?: Readonly<Record<string, string>>;
  /** Seconds that one request may take, beside what it is meant to wait. Default 30. */
  timeoutSeconds?: number;
  /** How often a request is made again that failed for the moment. Default 5: some five seconds. */
  retries?: number;
  /** Ends every request and every wait of this client when it is aborted; they reject with its reason. */
  signal?: AbortSignal;
  /** Where times without an offset in results are taken to be, an IANA name. Default UTC. */
  timezone?: string;
}

/** How many results one request asks for. */
const LARGEST_PAGE = 100;

/**
 * The way to a deployment from any JavaScript program that has `fetch`: Node, Deno, Bun, a browser, a Worker over a service binding.
 *
 *     import { Client } from "celeriac/client";
 *     import type * as tasks from "./tasks.ts";
 *
 *     const client = new Client<typeof tasks>({ url: "https://queue.example.com", key });
 *     const result = await client.task("tasks.add").delay(2, 3);
 *     await result.get({ timeout: 5 }); // 5
 *
 * `T` is the type of the module that exports the tasks (several: `typeof tasks & typeof more`). It is a type only: none of the tasks' code comes along. Without it
 * any name and any arguments may be given, and the deployment checks them. What JavaScript's types cannot tell of an app, its tasks' names, they tell of a module's
 * exports: hence the module and not the app.
 *
 * A request that fails for the moment (no answer, 429, 502, 503, 504) is made again, and no task is doubled by that: every submit bears a nonce, by which
 * the deployment knows it again for ten minutes. Refusals are `Problem`s, one class for each type.
 */
export class Client<T = unknown> {
  readonly #options: ClientOptions;
  /** Celery's `app.control`: revoke, rate limits, pause and purge. */
  readonly control: ClientControl;
  /** Beat's entries. */
  readonly schedules: Schedules;
  readonly #requester: Requester;
  readonly #timezone: string;
  readonly #results: ResultConnection;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { url, key, headers = {}, timeoutSeconds = 30, retries = 5, signal, timezone = "UTC" } = options;
    // Called as a function of its own: a browser's refuses to be any object's method.
    const fetch = options.fetch ?? ((address: string, init: RequestInit) => globalThis.fetch(address, init));
    this.#requester = new Requester({
      url: url.replace(/\/+$/, ""),
      key,
      headers,
      fetch,
      timeoutSeconds,
      retries,
      signal,
      clock: systemClock,
      timers: systemTimers,
      chance: systemChance,
    });
    const transport = httpTransport(this.#requester);
    const connection = { transport, config: { timezone }, clock: systemClock };
    this.#timezone = timezone;
    this.#results = { get: () => connection };
    this.control = new ClientControl(this.#requester, transport.revoke);
    this.schedules = new Schedules(this.#requester, (id) => this.AsyncResult(id));
  }

  /** The same client with some of its options changed, such as `client.with({ signal })` for what may be given up. */
  with(options: Partial<ClientOptions>): Client<T> {
    return new Client<T>({ ...this.#options, ...options });
  }

  /** The task of that name. Nothing is asked yet. */
  task<N extends TaskName<T>>(name: N): ClientTask<ArgsOfName<T, N>, ResultOfName<T, N>> {
    return new ClientTask(name, this.#requester, this.#results);
  }

  /** Celery's `AsyncResult(id)`: the way to the result of a task whose id is known. Asks nothing yet. `document`: what was read of it already. */
  AsyncResult<R = unknown>(id: string, document?: ResultDocument): AsyncResult<R> {
    return new AsyncResult<R>(id, this.#results, document && readResultDocument(document));
  }

  /**
   * Sends many calls, of any tasks, in one request: all are accepted or none. Answers their results in the order given.
   *
   *     await client.submit([{ task: "tasks.add", args: [2, 3] }, { task: "tasks.mail", kwargs: { to }, countdown: 60 }]);
   *
   * One request holds at most 100,000 calls and 16 MiB. Throws as `applyAsync` does; the paths of faults begin with the call's position: `[7].args[0]`.
   */
  async submit<const C extends readonly BulkCall<T>[]>(calls: C): Promise<BulkResults<T, C>> {
    const lines = calls.map(({ task, ...call }, index) => JSON.stringify({ task, ...writeCall(task, call, `[${index}].`) }));
    const body = lines.join("\n");
    const asked = { method: "POST", path: "/v1/tasks", body, type: "application/x-ndjson", repeatable: "nonce" } as const;
    const { task_ids: ids } = lines.length === 0 ? { task_ids: [] } : await this.#requester.json<{ task_ids: string[] }>(asked);
    // As many as there are calls, and in their order.
    return ids.map((id) => this.AsyncResult(id)) as BulkResults<T, C>;
  }

  /**
   * The tasks that a filter means, newest first, as an async iterator that asks for the next page when it comes to it:
   * `for await (const task of client.results({ status: "FAILURE", limit: 100 }))`. Without a filter all there are. `limit`: at most so many.
   */
  async *results({
    limit = Number.POSITIVE_INFINITY,
    ...filter
  }: ResultsFilter & { rootId?: string; limit?: number } = {}): AsyncGenerator<TaskView, void> {
    let cursor: string | null | undefined;
    for (let left = limit; left > 0 && cursor !== null; ) {
      const query = { ...filter, limit: Math.min(left, LARGEST_PAGE), cursor };
      const page: { results: ResultDocument[]; cursor: string | null } = await this.#requester.get("/v1/results", query);
      for (const document of page.results.slice(0, left)) yield taskView(document, this.#timezone);
      left -= page.results.length;
      cursor = page.cursor;
    }
  }

  /** Runs an ended task again under a new id. Not repeated when no answer comes: the task might run twice. */
  async retry<R = unknown>(id: string): Promise<AsyncResult<R>> {
    const { task_id } = await this.#requester.post<{ task_id: string }>(`/v1/results/${segment(id)}/retry`, {}, "nothing");
    return this.AsyncResult<R>(task_id);
  }

  /** The registered tasks, by name. */
  async tasks(): Promise<TaskDocument[]> {
    const { tasks } = await this.#requester.get<{ tasks: object[] }>("/v1/tasks");
    return tasks.map((task) => camelMembers<TaskDocument>(task));
  }

  /** Every queue: how much is ready, scheduled and active, whether it is paused, and for how many seconds the oldest has waited. */
  async queues(): Promise<QueueView[]> {
    const { queues } = await this.#requester.get<{ queues: object[] }>("/v1/queues");
    return queues.map((queue) => camelMembers<QueueView>(queue));
  }

  /** What happened lately, for charts: over the last hour by 10 seconds, unless `over` says otherwise (a day is told by 10 minutes), in all queues or in one. */
  async series(query: { over?: "15m" | "hour" | "day"; queue?: string } = {}): Promise<SeriesView> {
    const view = camelMembers<SeriesView>(await this.#requester.get<object>("/v1/series", query));
    return { ...view, series: camelMembers(view.series) };
  }

  /** What `celery inspect` gives, as it comes: Celery's own dictionaries, under Celery's keys. */
  inspect<Answer = unknown>(
    what: "active" | "scheduled" | "reserved" | "revoked" | "registered" | "stats" | "conf" | "ping",
  ): Promise<Answer> {
    return this.#requester.get<Answer>(`/v1/inspect/${what}`);
  }

  /**
   * Celery's task events as they happen, as an async iterator: `for await (const event of client.events({ types: ["task-failed"] }))`. It has no end of its own:
   * leave the loop, or abort the client's `signal`. A connection that breaks is made again, and goes on behind the last event; a `reset` event says that some were
   * missed. Made of `fetch` and not of EventSource, so that the key is sent as with any request.
   */
  events(options: EventsOptions = {}): AsyncGenerator<TaskEvent & { lastEventId: string }, void> {
    return readEvents(this.#requester, options);
  }

  /** Whether the deployment and its broker answer. Asks once, and throws nothing but the signal's reason. It needs no key. */
  async health(): Promise<boolean> {
    try {
      await this.with({ retries: 0 }).#requester.ask({ method: "GET", path: "/healthcheck" });
      return true;
    } catch {
      this.#options.signal?.throwIfAborted();
      return false;
    }
  }

  /**
   * Makes any request of the HTTP API, with this client's key, retries and errors, and answers the JSON that came as it is, null for an empty body: for
   * what has no method of its own. A path begins with `/`.
   */
  request<Answer = unknown>(asked: Asked): Promise<Answer> {
    return this.#requester.json<Answer>(asked);
  }
}
