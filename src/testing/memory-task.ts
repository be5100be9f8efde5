import type { Call } from "../core/call.ts";
import { CeleriacError } from "../core/errors.ts";
import type { Ending, Outcome, TaskRecord } from "../core/result.ts";
import type { KnownState } from "../core/state.ts";
import { isFinal } from "../core/state.ts";

/** One task in the memory of a test's broker, from its call to its end. */
export class MemoryTask {
  readonly id: string;
  readonly call: Call;
  /** Counts the tasks: which of two was sent first. */
  readonly number: number;
  /** What the next attempt is made with. */
  line: string;
  queue: string;
  priority: number;
  /** Milliseconds since 1970: not before. */
  due: number;
  retries = 0;
  attempt = 0;
  running = false;
  /** Revoked while it ran: it is not run again. */
  flagged = false;
  readonly #receivedAt: number;
  #state: KnownState = "PENDING";
  #result: string | null = null;
  #traceback: string | null = null;
  #startedAt: number | null = null;
  #doneAt: number | null = null;
  #children: string[] | undefined;

  constructor(id: string, call: Call, number: number, now: number) {
    this.id = id;
    this.call = call;
    this.number = number;
    this.line = call.line;
    this.queue = call.queue;
    this.priority = call.priority ?? 0;
    this.due = call.due ?? now;
    this.#receivedAt = now;
  }

  /** It has ended. */
  get ended(): boolean {
    return this.#doneAt !== null;
  }

  /** It has not ended, and no attempt is under way. */
  get waiting(): boolean {
    return !this.ended && !this.running;
  }

  get state(): KnownState {
    return this.#state;
  }

  /** Keeps what `updateState` writes; false: it has ended. */
  note(state: string, meta: string): boolean {
    if (this.ended) return false;
    this.#keep(state, meta, null);
    return true;
  }

  /** Keeps how an attempt ended, and what follows. */
  conclude(outcome: Outcome): void {
    this.#startedAt = outcome.startedAt;
    if (outcome.children !== undefined) this.#children = [...(this.#children ?? []), ...outcome.children];
    if (outcome.state === "RETRY") {
      const { due, retries, line = this.line, queue = this.queue, priority = this.priority } = outcome.again;
      Object.assign(this, { due, retries, line, queue, priority });
      this.#keep("RETRY", outcome.result, outcome.traceback);
    } else if (outcome.state === "REPLACED")
      throw new CeleriacError("not_supported", "testBroker runs no canvases yet: a task asked to be replaced by one");
    else if (outcome.state !== "REJECTED") this.#end(outcome);
  }

  /** Ends it without an attempt: REVOKED. */
  revoke(result: string, now: number): void {
    this.#keep("REVOKED", result, null);
    this.#doneAt = now;
  }

  get record(): TaskRecord {
    const { id, line, queue, retries, call } = this;
    const stood = this.running && this.#state === "PENDING" ? "STARTED" : this.#state;
    const kept = { state: stood, result: this.#result, traceback: this.#traceback, startedAt: this.#startedAt, doneAt: this.#doneAt };
    const record: TaskRecord = { id, line, queue, retries, ...kept, ...this.#facts, eta: call.due ?? null, expires: call.expires ?? null };
    return this.#children === undefined ? record : { ...record, children: this.#children };
  }

  get #facts(): { worker: string | null; receivedAt: number } {
    return { worker: this.#startedAt === null ? null : TEST_CONSUMER, receivedAt: this.#receivedAt };
  }

  #end({ state, result, traceback, endedAt }: Ending): void {
    this.#doneAt = endedAt;
    // After `Ignore` what `updateState` wrote stands.
    if (state !== "IGNORED") this.#keep(state, result, traceback);
    else if (this.#state === "PENDING" || this.#state === "RETRY" || isFinal(this.#state)) this.#keep("SUCCESS", "null", null);
  }

  #keep(state: KnownState, result: string | null, traceback: string | null): void {
    this.#state = state;
    this.#result = result;
    this.#traceback = traceback;
  }
}

/** The consumer's name in results and requests. */
export const TEST_CONSUMER = "celeriac@test";
