import { LiveCanvases, type LiveTask } from "../app/canvas/live-canvases.ts";
import type { Forgotten, Revocation, Submitted, Transport } from "../app/transport.ts";
import type { Clock } from "../clock.ts";
import type { Call } from "../core/call.ts";
import type { GroupPart, GroupRequest, NoCanvas, Started, TreePart, TreeRequest } from "../core/canvas/canvas-answers.ts";
import type { CallEnd } from "../core/canvas/live-canvas.ts";
import type { Workflow, WorkflowBody, WorkflowCall } from "../core/canvas/workflow.ts";
import { CeleriacError } from "../core/errors.ts";
import type { Lookup, Outcome } from "../core/result.ts";
import type { RevokedBecause, StampedHeaders } from "../core/revocation.ts";
import { matchesStamps, revokedOutcome } from "../core/revocation.ts";
import { isFinal } from "../core/state.ts";
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
  readonly #canvases: LiveCanvases;
  /** Who is to be told of the end of a task of a canvas. */
  readonly #listening = new Map<MemoryTask, (end: CallEnd) => void>();
  /** How many ids were given, and how many tasks there are. */
  #numbers = 0;
  #sent = 0;
  readonly #keys = new Map<string, { id: string; fingerprint: string }>();

  constructor(parts: MemoryBrokerParts) {
    this.#parts = parts;
    const add = (id: string, call: WorkflowCall, ended: (end: CallEnd) => void) => this.#addStep(id, call, ended);
    this.#canvases = new LiveCanvases({ newId: () => this.#newId(), add, record: (id) => this.tasks.get(id)?.record });
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

  /** Takes a canvas; its calls are tasks like others, of which those sleep that wait for others. */
  async start(workflow: Workflow): Promise<Started> {
    const started = this.#canvases.start(workflow);
    if (this.#parts.eager) await this.runDue();
    return started;
  }

  async tree({ id, cursor, limit }: Omit<TreeRequest, "version">): Promise<TreePart | NoCanvas> {
    return this.#canvases.tree(id, cursor, limit) ?? { found: false, why: "unknown" };
  }

  /** How far a group is. As with `result`, who waits for it is its own worker. */
  async group({ id, cursor, limit, waitMilliseconds }: Omit<GroupRequest, "version">): Promise<GroupPart | NoCanvas> {
    const part = this.#canvases.group(id, cursor, limit);
    if (waitMilliseconds === 0 || !part.found || part.ready) return part;
    await this.runDue();
    const later = this.#canvases.group(id, cursor, limit);
    const next = this.#nextWaiting();
    if (later.found && !later.ready && next !== undefined) throw standsStill(next, this.#parts.clock.now());
    return later;
  }

  /** Adds a canvas to the group of a task that runs. */
  addToGroup(id: string, added: WorkflowBody): { held: boolean; member: boolean; ids: string[]; groups: string[] } {
    const { ids = [], groups = [] } = this.#canvases.addToGroup(id, added) ?? {};
    return { held: true, member: ids.length + groups.length > 0, ids: [...ids], groups: [...groups] };
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
      const next = task.waiting ? task : this.#nextWaiting();
      if (!task.ended && next !== undefined) throw standsStill(next, this.#parts.clock.now());
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

  /** Taken, and not held. */
  async timeLimit(): Promise<void> {}

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
    return this.#nextWaiting()?.due;
  }

  #nextWaiting(): MemoryTask | undefined {
    const waiting = [...this.#open].filter((task) => task.waiting);
    return waiting.toSorted((one, other) => one.due - other.due)[0];
  }

  #revoke(task: MemoryTask, because: RevokedBecause): Revocation {
    if (task.ended) return "ended";
    if (task.running) {
      task.flagged = true;
      return "flagged";
    }
    const now = this.#parts.clock.now();
    task.revoke(revokedOutcome(because, now).result, now);
    this.#over(task);
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
    if (task.expires !== undefined && task.expires <= now) {
      this.#revoke(task, "expired");
      return;
    }
    task.running = true;
    task.attempt += 1;
    try {
      const outcome = await this.#parts.run(task);
      task.conclude(outcome);
      if (outcome.state === "REPLACED") this.#replace(task, outcome.by);
    } finally {
      task.running = false;
      if (task.flagged) this.#revoke(task, "revoked");
      if (task.ended) this.#over(task);
    }
  }

  #replace(task: MemoryTask, by: WorkflowBody): void {
    this.#canvases.replace(task.id, by, (end) => {
      task.close(end, this.#parts.clock.now());
      this.#over(task);
    });
  }

  /** A task has ended: the canvas that it is a part of is told. */
  #over(task: MemoryTask): void {
    if (!this.#open.delete(task)) return;
    const { state, result, traceback } = task.record;
    if (isFinal(state)) this.#listening.get(task)?.({ state, result: result ?? "null", traceback });
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
    const id = call.taskId ?? this.#newId();
    this.#keep(id, call);
    if (call.idempotency !== undefined) this.#keys.set(call.idempotency.key, { id, fingerprint: call.idempotency.fingerprint });
    return id;
  }

  /** A call of a canvas sleeps until it may run. */
  #addStep(id: string, call: WorkflowCall, ended: (end: CallEnd) => void): LiveTask {
    const task = this.#keep(id, call);
    task.asleep = true;
    this.#listening.set(task, ended);
    return {
      release: (line) => task.release(line, call.release ?? {}, this.#parts.clock.now()),
      close: (end) => {
        task.close(end, this.#parts.clock.now());
        this.#open.delete(task);
      },
    };
  }

  #keep(id: string, call: Call): MemoryTask {
    this.#sent += 1;
    const task = new MemoryTask(id, call, this.#sent, this.#parts.clock.now());
    // What takes a task's place has its id in the end: the task is found by it.
    if (!this.tasks.has(id)) this.tasks.set(id, task);
    this.#open.add(task);
    return task;
  }

  #newId(): string {
    this.#numbers += 1;
    return `00000000-0000-8000-8000-${String(this.#numbers).padStart(12, "0")}`;
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
