import { TaskRevokedError } from "../core/errors.ts";
import type { TaskRecord } from "../core/result.ts";
import type { FinalState } from "../core/state.ts";
import type { GetOptions } from "./async-result.ts";
import type { ResultGraph } from "./canvas/result-graph.ts";
import { StepResult } from "./canvas/step-result.ts";
import type { ConnectionHolder } from "./connection.ts";

/** How an eager run ended. */
export interface EagerEnding {
  /** What a broker would know of it, but for the result. */
  record: TaskRecord & { state: FinalState };
  /** The very value that the handler returned, or the very error. */
  result: unknown;
}

/**
 * Celery's `EagerResult`: the result of a task that ran where it was called (`apply`, `task_always_eager`). It is an `AsyncResult` that is
 * ready and asks no broker; the value has not been through JSON. No other program can find it by its id.
 */
export class EagerResult<R = unknown> extends StepResult<R> {
  readonly #ending: EagerEnding;

  /** Made by `apply`. */
  constructor(id: string, connection: ConnectionHolder, ending: EagerEnding) {
    super(id, connection, null, ending.record);
    this.#ending = ending;
  }

  override get(options: GetOptions & { propagate: false }): Promise<R | Error>;
  override get(options?: GetOptions): Promise<R>;
  /** What the handler returned; throws what it threw. There is nothing to wait for. */
  override async get(options: GetOptions = {}): Promise<R | Error> {
    const { state } = this.#ending.record;
    if (state !== "SUCCESS" && options.propagate !== false) throw this.#value();
    return this.#value();
  }

  override get result(): Promise<R | Error | null> {
    return Promise.resolve(this.#value());
  }

  /** Nobody keeps track of what it called. */
  override async graph(): Promise<ResultGraph> {
    return new Map([[this.id, []]]);
  }

  override get info(): Promise<unknown> {
    return this.result;
  }

  // The handler's type tells what it returns; what was thrown may be anything, as in `catch`.
  #value(): R {
    const { record, result } = this.#ending;
    return (record.state === "REVOKED" && result === undefined ? new TaskRevokedError("revoked") : result) as R;
  }
}
