import type { Call } from "../core/call.ts";
import type { CallEnd } from "../core/canvas/live-canvas.ts";
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
  /** It waits for others of its canvas, or for what takes its place. */
  asleep = false;
  /** Revoked while it ran: it is not run again. */
  flagged = false;
  readonly #receivedAt: number;
  #expires: number | undefined;
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
    this.#expires = call.expires;
  }

  /** It has ended. */
  get ended(): boolean {
    return this.#doneAt !== null;
  }

  /** It has not ended, and no attempt is under way. */
  get waiting(): boolean {
    return !this.ended && !this.running && !this.asleep;
  }

  /** After which it is not started any more: milliseconds since 1970. */
  get expires(): number | undefined {
    return this.#expires;
  }

  /** What it waited for has ended: it may run, with this line. */
  release(line: string, { countdown, expires }: { countdown?: number; expires?: number }, now: number): void {
    this.line = line;
    this.asleep = false;
    this.due = Math.max(this.due, now + (countdown ?? 0));
    if (expires !== undefined) this.#expires = now + expires;
  }

  /** Ends it without an attempt, as what it waited for did. */
  close({ state, result, traceback }: CallEnd, now: number): void {
    if (this.ended) return;
    this.#keep(state, result, traceback);
    this.#doneAt = now;
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
    } else if (outcome.state === "REPLACED") this.asleep = true;
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
    const record: TaskRecord = { id, line, queue, retries, ...kept, ...this.#facts, eta: call.due ?? null, expires: this.#expires ?? null };
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
