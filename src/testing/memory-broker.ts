import type { Forgotten, Revocation, Submitted, Transport } from "../app/transport.ts";
import type { Clock } from "../clock.ts";
import type { Call } from "../core/call.ts";
import { CeleriacError } from "../core/errors.ts";
import type { Lookup, Outcome } from "../core/result.ts";
import type { RevokedBecause, StampedHeaders } from "../core/revocation.ts";
import { matchesStamps, revokedOutcome } from "../core/revocation.ts";
import { MemoryTask } from "./memory-task.ts";

/** Runs one attempt at a task. */
export type RunAttempt = (task: MemoryTask) => Promise<Outcome>;

/** What a broker in memory is made from. */
export interface MemoryBrokerParts {
  clock: Clock;
  run: RunAttempt;
  /** Run every call where it is made. */
  eager: boolean;
}

/** A test that makes so many attempts in one go has a task that never ends. */
const MOST_ATTEMPTS = 10_000;

/** The broker of a test: tasks in memory, in one thread, on a clock that stands still. It is the app's transport. */
export class MemoryBroker implements Transport {
  readonly tasks = new Map<string, MemoryTask>();
  readonly #parts: MemoryBrokerParts;
  /** Those that have not ended. */
  readonly #open = new Set<MemoryTask>();
  readonly #paused = new Set<string>();
  readonly #keys = new Map<string, { id: string; fingerprint: string }>();

  constructor(parts: MemoryBrokerParts) {
    this.#parts = parts;
  }

  /** Takes calls, all or none, as a Broker object does. */
  async submit(calls: Call[]): Promise<Submitted> {
    const refused = calls.map((call, index) => this.#refuse(call, index)).find((refusal) => refusal !== undefined);
    if (refused !== undefined) return refused;
    const duplicates: number[] = [];
    const ids = calls.map((call, index) => {
      const earlier = this.#earlier(call);
      if (earlier !== undefined) duplicates.push(index);
      return earlier ?? this.#add(call);
    });
    if (this.#parts.eager) for (const id of ids) await this.#finish(id);
    return { ok: true, ids, duplicates };
  }

  start(): Promise<never> {
    return refuseCanvas();
  }

  tree(): Promise<never> {
    return refuseCanvas();
  }

  group(): Promise<never> {
    return refuseCanvas();
  }

  /**
   * What became of a task. Who waits for it is its own worker: what is due runs first. Throws `CeleriacError` ("clock_stands_still") when it would
   * wait for ever.
   */
  async result(id: string, waitSeconds: number): Promise<Lookup> {
    const task = this.tasks.get(id);
    if (task === undefined) return { found: false, why: "unknown" };
    if (waitSeconds > 0 && !task.ended) {
      await this.runDue();
      if (task.waiting) throw standsStill(task, this.#parts.clock.now());
    }
    return { found: true, record: task.record };
  }

  /** Takes an ended task out of memory. */
  async forget(id: string): Promise<Forgotten> {
    const task = this.tasks.get(id);
    if (task === undefined) return "unknown";
    if (!task.ended) return "unfinished";
    this.tasks.delete(id);
    return "forgotten";
  }

  /** Lets nothing of a queue run until it is resumed. */
  async pause(queue: string): Promise<void> {
    this.#paused.add(queue);
  }

  async resume(queue: string): Promise<void> {
    this.#paused.delete(queue);
  }

  /** Ends what waits as REVOKED. In one thread nothing that runs can be ended from outside: it is `flagged`, and not run again. */
  async revoke(ids: readonly string[]): Promise<Revocation[]> {
    return ids.map((id) => {
      const task = this.tasks.get(id);
      return task === undefined ? "unknown" : this.#revoke(task, "revoked");
    });
  }

  /** Revokes what waits and bears one of these stamps; those that come later are not looked at. */
  async revokeStamps(headers: StampedHeaders): Promise<number> {
    const meant = [...this.#open].filter(({ call }) => matchesStamps(headers, call.stamps));
    for (const task of meant) this.#revoke(task, "revoked");
    return meant.length;
  }

  /** Ends what waits in a queue. */
  async purge(queue: string): Promise<number> {
    const waiting = [...this.#open].filter((task) => task.waiting && task.queue === queue);
    for (const task of waiting) this.#revoke(task, "purged");
    return waiting.length;
  }

  /** Taken, and not held: nothing runs side by side here. */
  async limit(): Promise<void> {}

  /** Runs what is due, by priority and age, until nothing is, also what these tasks send. Answers how many attempts it made. */
  async runDue(): Promise<number> {
    for (let attempts = 0; ; attempts++) {
      const next = this.#nextDue();
      if (next === undefined) return attempts;
      if (attempts >= MOST_ATTEMPTS) throw endless(next);
      await this.#attempt(next);
    }
  }

  /** When the next task that waits is due; undefined when none waits. */
  nextDue(): number | undefined {
    const dues = [...this.#open].filter((task) => task.waiting).map((task) => task.due);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  #revoke(task: MemoryTask, because: RevokedBecause): Revocation {
    if (task.ended) return "ended";
    if (!task.waiting) {
      task.flagged = true;
      return "flagged";
    }
    const now = this.#parts.clock.now();
    task.revoke(revokedOutcome(because, now).result, now);
    this.#open.delete(task);
    return "revoked";
  }

  #nextDue(): MemoryTask | undefined {
    const now = this.#parts.clock.now();
    let best: MemoryTask | undefined;
    for (const task of this.#open) {
      if (this.#paused.has(task.queue)) continue;
      if (task.waiting && task.due <= now && (best === undefined || goesBefore(task, best))) best = task;
    }
    return best;
  }

  async #finish(id: string): Promise<void> {
    const task = this.tasks.get(id);
    for (let attempts = 0; task?.waiting === true; attempts++) {
      if (attempts >= MOST_ATTEMPTS) throw endless(task);
      await this.#attempt(task);
    }
  }

  async #attempt(task: MemoryTask): Promise<void> {
    const now = this.#parts.clock.now();
    if (task.call.expires !== undefined && task.call.expires <= now) {
      this.#open.delete(task);
      task.revoke(revokedOutcome("expired", now).result, now);
      return;
    }
    task.running = true;
    task.attempt += 1;
    try {
      task.conclude(await this.#parts.run(task));
    } finally {
      task.running = false;
      if (task.flagged) this.#revoke(task, "revoked");
      if (task.ended) this.#open.delete(task);
    }
  }

  #refuse({ taskId, onceOnly, idempotency }: Call, index: number): Extract<Submitted, { ok: false }> | undefined {
    const held = idempotency === undefined ? undefined : this.#keys.get(idempotency.key);
    if (held !== undefined && held.fingerprint !== idempotency?.fingerprint) {
      return { ok: false, code: "idempotency_mismatch", index, message: "the idempotency key stands for another call" };
    }
    if (held !== undefined || taskId === undefined || onceOnly === true || !this.tasks.has(taskId)) return undefined;
    return { ok: false, code: "task_id_taken", index, message: `there is a task with the id ${taskId}` };
  }

  #earlier({ taskId, idempotency }: Call): string | undefined {
    const held = idempotency === undefined ? undefined : this.#keys.get(idempotency.key)?.id;
    return held ?? (taskId !== undefined && this.tasks.has(taskId) ? taskId : undefined);
  }

  #add(call: Call): string {
    const number = this.tasks.size + 1;
    const id = call.taskId ?? `00000000-0000-8000-8000-${String(number).padStart(12, "0")}`;
    const task = new MemoryTask(id, call, number, this.#parts.clock.now());
    this.tasks.set(id, task);
    this.#open.add(task);
    if (call.idempotency !== undefined) this.#keys.set(call.idempotency.key, { id, fingerprint: call.idempotency.fingerprint });
    return id;
  }
}

function goesBefore(a: MemoryTask, b: MemoryTask): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.due === b.due ? a.number < b.number : a.due < b.due;
}

function standsStill(task: MemoryTask, now: number): CeleriacError {
  const seconds = (task.due - now) / 1000;
  const message =
    `the task ${task.id} is ${task.state} and due in ${seconds} s, and the clock of a test stands still: ` +
    `move it with advance(${seconds}), or run everything with runAll()`;
  return new CeleriacError("clock_stands_still", message);
}

function endless(task: MemoryTask): CeleriacError {
  const message = `${MOST_ATTEMPTS} attempts were made and there is no end: the last was for the task ${task.id}, ${task.line.slice(0, 200)}`;
  return new CeleriacError("endless", message);
}

/** Canvases are not kept in memory yet. */
async function refuseCanvas(): Promise<never> {
  throw new CeleriacError(
    "not_supported",
    "testBroker runs no canvases yet: expected single calls; run it with { eager: true }, or on the runner",
  );
}
