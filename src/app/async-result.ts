import type { Line } from "../core/call.ts";
import type { ErrorDocument } from "../core/error-document.ts";
import { reviveError } from "../core/error-document.ts";
import { CeleriacError, NotFound, ResultExpired, TaskRevokedError, TimeoutError } from "../core/errors.ts";
import type { TaskRecord } from "../core/result.ts";
import type { KnownState } from "../core/state.ts";
import { isFinal } from "../core/state.ts";
import { decodeTagged, mayBeTagged, untagMembersOf } from "../core/wire/tagged-json.ts";
import type { ResultConnection } from "./result-connection.ts";
import type { Revocation } from "./transport.ts";

/** The longest that one question to the broker waits, in seconds; `get` asks again until its own time is over. */
const LONGEST_POLL = 20;

/** How `AsyncResult.get` waits. */
export interface GetOptions {
  /** Seconds to wait for the task to end, 0 or more. Default: for ever, as in Celery. */
  timeout?: number;
  /** Throw the error of a task that did not succeed (Celery's `propagate`). Default true; with false the error is answered. */
  propagate?: boolean;
}

/**
 * Celery's `AsyncResult`: a task's id and the way to its result. `R` is what the handler returns; it has been through JSON with Celery's tags,
 * so that a Date, bytes and a bigint come back as such, a Set as an array, and `undefined` as null. Nothing is read until asked for; a final state is read once and kept.
 */
export class AsyncResult<R = unknown> {
  /** The task's id. */
  readonly id: string;
  readonly #connection: ResultConnection;
  #final: TaskRecord | undefined;

  /** Users get one from `delay`, `applyAsync` or `app.AsyncResult(id)`. `record` is what the broker answered at once, if it did. */
  constructor(id: string, connection: ResultConnection, record?: TaskRecord) {
    this.id = id;
    this.#connection = connection;
    this.#keep(record);
  }

  /**
   * Waits until the task has ended and answers what it returned; throws what it threw, with its type, message and stack (`TaskRevokedError`
   * when it was revoked). Throws `TimeoutError` when `timeout` seconds are over (the task goes on), `NotFound` for an id that was never
   * given, `ResultExpired` when the result is gone, and `CeleriacError` ("bad_option") for a timeout that is no number of seconds.
   */
  get(options: GetOptions & { propagate: false }): Promise<R | Error>;
  get(options?: GetOptions): Promise<R>;
  async get(options: GetOptions = {}): Promise<R | Error> {
    const record = await this.#wait(options.timeout);
    // What the handler returned is known by its type alone: it comes from JSON.
    if (record.state === "SUCCESS") return this.#value(record) as R;
    const error = readError(record);
    if (options.propagate === false) return error;
    throw error;
  }

  /** The state now. PENDING, as in Celery, also for an id that is unknown or whose result has expired. A promise: `await result.state`. */
  get state(): Promise<KnownState> {
    return this.#look().then((record) => record?.state ?? "PENDING");
  }

  /** Celery's other name for `state`. */
  get status(): Promise<KnownState> {
    return this.state;
  }

  /**
   * The return value, or the error (not thrown) of a task that did not succeed or waits to be retried; null before. A promise. What a task
   * says of itself while it runs has another type: `info`.
   */
  get result(): Promise<R | Error | null> {
    return this.#look().then((record) => (record === undefined ? null : this.#resultOf(record)));
  }

  /** What is known of the task's end or of its way there: `result`, or in a state of its own the `meta` that it gave to `updateState`. A promise. */
  get info(): Promise<unknown> {
    return this.#look().then((record) => {
      if (record === undefined) return null;
      return isFinal(record.state) || record.state === "RETRY" ? this.#resultOf(record) : this.#value(record);
    });
  }

  /** The stack of a failure as text, else null. A promise. */
  get traceback(): Promise<string | null> {
    return this.#look().then((record) => record?.traceback ?? null);
  }

  /** When the task ended; null until then. A promise. */
  get dateDone(): Promise<Date | null> {
    return this.#of(({ doneAt }) => (doneAt === null ? null : new Date(doneAt)));
  }

  /** The task's name; null for an id that is unknown or whose result has expired, as all that follows. A promise. */
  get name(): Promise<string | null> {
    return this.#of(({ line }) => readLine(line).task);
  }

  /** The positional arguments that it was called with. A promise. */
  get args(): Promise<unknown[] | null> {
    return this.#of(({ line }) => this.#untagged(line, readLine(line).args ?? []));
  }

  /** The keyword arguments that it was called with. A promise. */
  get kwargs(): Promise<Record<string, unknown> | null> {
    return this.#of(({ line }) => this.#untagged(line, readLine(line).kwargs ?? {}));
  }

  /** The consumer that ran it; null until its attempt has ended. A promise. */
  get worker(): Promise<string | null> {
    return this.#of(({ worker }) => worker);
  }

  /** How many times it was retried. A promise. */
  get retries(): Promise<number | null> {
    return this.#of(({ retries }) => retries);
  }

  /** The queue that it was sent to. A promise. */
  get queue(): Promise<string | null> {
    return this.#of(({ queue }) => queue);
  }

  /** The tasks that it called, in the order of their calls; known when its attempt has ended. A promise. */
  get children(): Promise<AsyncResult[]> {
    return this.#look().then((record) => (record?.children ?? []).map((id) => new AsyncResult(id, this.#connection)));
  }

  /** Whether the task has ended, in whatever way. */
  async ready(): Promise<boolean> {
    return isFinal(await this.state);
  }

  /** Whether the task has ended as SUCCESS. */
  async successful(): Promise<boolean> {
    return (await this.state) === "SUCCESS";
  }

  /** Whether the task has ended as FAILURE. */
  async failed(): Promise<boolean> {
    return (await this.state) === "FAILURE";
  }

  /**
   * Revokes the task (Celery's `revoke`), durably and at once: one that waits, for its turn, its eta or its retry, ends as REVOKED; one that
   * runs goes on, and is not run again. With `terminate` one that runs ends too: its handler sees `signal` abort, and what it
   * returns does not count. Answers what became of it; revoking again, or what has ended, changes nothing.
   */
  async revoke(options: { terminate?: boolean } = {}): Promise<Revocation> {
    const [revocation = "unknown"] = await this.#connection.get().transport.revoke([this.id], options);
    return revocation;
  }

  /**
   * Takes the task's result away for good (Celery's `forget`): it reads as expired from then on. Forgetting it again, or an id that is not known, changes nothing.
   * @throws CeleriacError ("unfinished") while the task has not ended: revoke it first
   */
  async forget(): Promise<void> {
    const forgotten = await this.#connection.get().transport.forget(this.id);
    if (forgotten === "unfinished") {
      throw new CeleriacError(
        "unfinished",
        `the task ${this.id} has not ended: there is nothing to forget yet; revoke it, or wait for its end`,
      );
    }
    this.#final = undefined;
  }

  /** Whether the broker knows the task: tells one that waits from an id that was never given, or whose result has expired. */
  async exists(): Promise<boolean> {
    return (await this.#look()) !== undefined;
  }

  async #look(): Promise<TaskRecord | undefined> {
    if (this.#final !== undefined) return this.#final;
    const lookup = await this.#connection.get().transport.result(this.id, 0);
    return lookup.found ? this.#keep(lookup.record) : undefined;
  }

  #of<T>(read: (record: TaskRecord) => T): Promise<T | null> {
    return this.#look().then((record) => (record === undefined ? null : read(record)));
  }

  async #wait(timeout: number | undefined): Promise<TaskRecord> {
    if (timeout !== undefined && !(Number.isFinite(timeout) && timeout >= 0)) {
      throw new CeleriacError("bad_option", `timeout: expected a number of seconds, 0 or more, got ${String(timeout)}`);
    }
    if (this.#final !== undefined) return this.#final;
    const { transport, clock } = this.#connection.get();
    const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeout * 1000;
    for (let left = deadline - clock.now(); ; left = deadline - clock.now()) {
      const lookup = await transport.result(this.id, Math.min(LONGEST_POLL, Math.max(0, left / 1000)));
      if (!lookup.found) throw gone(this.id, lookup.why);
      this.#keep(lookup.record);
      if (isFinal(lookup.record.state)) return lookup.record;
      if (clock.now() >= deadline) {
        throw new TimeoutError(`the task ${this.id} did not end within ${timeout} s; its state is ${lookup.record.state}`);
      }
    }
  }

  #resultOf(record: TaskRecord): R | Error | null {
    if (record.state === "SUCCESS") return this.#value(record) as R;
    return isFinal(record.state) || record.state === "RETRY" ? readError(record) : null;
  }

  #untagged<T extends object>(line: string, held: T): T {
    if (mayBeTagged(line)) untagMembersOf(held, this.#connection.get().config.timezone);
    return held;
  }

  #value(record: TaskRecord): unknown {
    return record.result === null ? null : decodeTagged(record.result, this.#connection.get().config.timezone);
  }

  #keep(record: TaskRecord | undefined): TaskRecord | undefined {
    if (record !== undefined && isFinal(record.state)) this.#final = record;
    return record;
  }
}

function gone(id: string, why: "unknown" | "expired"): CeleriacError {
  if (why === "unknown") return new NotFound(`no task was ever given the id ${id}`);
  return new ResultExpired(`the result of the task ${id} is gone: results are kept for \`result_expires\` seconds`);
}

/** A line was made by composeCall. */
function readLine(line: string): Line {
  return JSON.parse(line);
}

function readError(record: TaskRecord): Error {
  const document: unknown = record.result === null ? null : JSON.parse(record.result);
  if (isErrorDocument(document)) return reviveError(document, record.traceback);
  if (record.state === "REVOKED") return new TaskRevokedError("revoked");
  return new CeleriacError("task_failed", `the task ${record.id} ended as ${record.state} without saying why`);
}

function isErrorDocument(value: unknown): value is ErrorDocument {
  return typeof value === "object" && value !== null && "exc_type" in value && "exc_message" in value && Array.isArray(value.exc_message);
}
