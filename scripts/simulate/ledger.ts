import type { Grant, GrantedTask, Revocation } from "../../src/broker/api.ts";
import type { Line } from "../../src/core/call.ts";
import type { Lookup } from "../../src/core/result.ts";
import { isFinal } from "../../src/core/state.ts";
import { CANVAS_TASKS } from "./canvas-tasks.ts";
import { isOfCanvas } from "./random-canvas.ts";
import { findResultFault } from "./result-fault.ts";
import { StartTimes } from "./start-times.ts";
import type { Order, Rerun, TaskFacts } from "./task-facts.ts";
import type { Invariant, Violation } from "./violation.ts";
import { readWork } from "./work.ts";
import type { World } from "./world.ts";

const LEASE_MILLISECONDS = 15_000;

/** What was accepted is read at least so often (milliseconds): see Checks. */
const LONGEST_UNREAD_MILLISECONDS = 150_000;

/** What was asked, answered, granted, run and read, from outside of the product; finds what contradicts an invariant as it happens. */
export class Ledger {
  readonly orders = new Map<string, Order>();
  readonly tasks = new Map<string, TaskFacts>();
  violation: Violation | undefined;
  /** How many submits were refused for want of room. */
  full = 0;
  /** Nothing has happened that loses a lease: no consumer died, stood still, or gave up a call, and no clock was set. */
  steady = false;
  readonly #world: World;
  readonly #ttl: number;
  readonly #byToken = new Map<string, string>();
  readonly #refused = new Set<string>();
  /** Until when each lease was last known to run. */
  readonly #extended = new Map<string, number>();
  readonly #lives = new Map<string, number>();
  /** By shard and limit. */
  readonly #starts = new Map<string, StartTimes>();
  /** The queues that every shard has been told to pause, and none to resume. */
  readonly paused = new Set<string>();
  #executions = 0;

  /** @param ttl `result_expires` in milliseconds */
  constructor(world: World, ttl: number) {
    this.#world = world;
    this.#ttl = ttl;
  }

  /** The tasks whose ids were answered. */
  accepted(): TaskFacts[] {
    return [...this.tasks.values()].filter((task) => task.accepted);
  }

  /** An invariant is broken; the first one counts. */
  break(invariant: Invariant, message: string): void {
    this.#world.trace.note(() => `BROKEN: ${message}`);
    this.violation ??= { invariant, message };
    this.#world.halt();
  }

  ordered(order: Order): void {
    this.orders.set(order.token, order);
    // A call that is made again may be accepted, though it was refused before.
    this.#refused.delete(order.token);
  }

  /** A submit was answered with ids. */
  answered(tokens: readonly string[], ids: readonly string[]): void {
    if (ids.length !== tokens.length) this.break("oneTask", `${tokens.length} calls were answered with ${ids.length} ids`);
    for (const [index, token] of tokens.entries()) {
      const id = ids[index] ?? "";
      this.#world.trace.note(() => `${token} is ${id}`);
      this.#bind(token, id);
      const task = this.#task(id);
      task.accepted = true;
      task.acceptedAt ??= this.#world.now;
    }
  }

  /** A submit was refused for good. */
  refused(tokens: readonly string[]): void {
    for (const token of this.#leavesNothing(tokens)) this.#refused.add(token);
  }

  /** A submit was refused for want of room, and its calls may be made again. */
  postponed(tokens: readonly string[]): void {
    this.full += 1;
    this.#leavesNothing(tokens);
  }

  /** A refused submit has made no task; answers the calls that no other submit may make. */
  #leavesNothing(tokens: readonly string[]): string[] {
    const sole = tokens.filter((token) => this.orders.get(token)?.sole === true);
    for (const token of sole) {
      const id = this.#byToken.get(token);
      if (id !== undefined) this.break("refusedLeavesNothing", `${token} was refused, and is task ${id}`);
    }
    return sole;
  }

  /** The object has decided a grant; whether it will be durable is open. */
  granted(grant: Grant, queue: string): void {
    const { lease, tasks } = grant;
    if (lease === null) return;
    const now = this.#world.now;
    const old = this.#life(lease);
    if ((this.#extended.get(old) ?? now) + LEASE_MILLISECONDS <= now) this.#lives.set(lease, (this.#lives.get(lease) ?? 1) + 1);
    for (const granted of tasks) {
      const { id, attempt, line, retries = 0 } = granted;
      const task = this.#task(id);
      const before = task.grants.get(attempt);
      if (before?.lease === old) {
        // Told again, or lost with its commit and given anew: which of them cannot be told.
        if (before.left !== true) before.unsure = true;
        continue;
      }
      const order = this.orders.get(tokenOf(line));
      if (this.paused.has(queue)) this.break("limitsHold", `${id} was granted while queue ${queue} was paused`);
      const early = (order?.due ?? now) - now;
      const late = now - (order?.expires ?? Number.POSITIVE_INFINITY);
      if (early > 0) this.break("notEarly", `${id} was granted ${early} ms before it is due`);
      if (order?.sole === true && late > 0) this.break("notExpired", `${id} was granted ${late} ms after it expired`);
      if (task.revocation !== undefined)
        this.break("revokedStays", `${id} was granted (attempt ${attempt}) though it was ${task.revocation}`);
      if (task.final !== undefined) this.break("resultStays", `${id} was granted (attempt ${attempt}) though it is ${task.final.state}`);
      if (attempt > 1) this.#grantedAgain(task, granted, now);
      task.grants.set(attempt, { lease: this.#life(lease), at: now, retries, line });
    }
    this.extended(lease);
  }

  /** A further attempt follows a retry, a rejection, or a lost lease. */
  #grantedAgain({ grants, reruns }: TaskFacts, { id, attempt, line, retries = 0 }: GrantedTask, now: number): void {
    const before = grants.get(attempt - 1);
    const which = `attempt ${attempt} of ${id}`;
    if (before === undefined) {
      this.break("lostLease", `${which} was granted, and none before it`);
      return;
    }
    const rerun = reruns.get(attempt - 1);
    const again = rerun?.state === "RETRY" && retries !== before.retries ? rerun.again : undefined;
    if (retries !== (again?.retries ?? before.retries))
      this.break("retryAsAsked", `${which} is retry ${retries}, and the one before was retry ${before.retries}`);
    if (line !== (again?.line ?? before.line)) this.break("retryAsAsked", `${which} has other arguments than were asked for`);
    if (again !== undefined && again.due > now)
      this.break("notEarly", `${which} was granted ${again.due - now} ms before its retry is due`);
    if (again !== undefined || rerun?.state === "REJECTED") return;
    if (this.steady) this.break("lostLease", `${which} was granted, and no consumer was lost`);
    const until = (this.#extended.get(before.lease) ?? 0) + LEASE_MILLISECONDS;
    if (until > now) this.break("lostLease", `${which} was granted while the lease of the one before has ${until - now} ms to run`);
  }

  /** A consumer is about to tell a task's state. */
  told(id: string, state: string): void {
    this.#task(id).told.add(state);
  }

  /** A consumer is about to report that an attempt asks to be run again. */
  rerun(id: string, attempt: number, rerun: Rerun): void {
    this.#world.trace.note(() => `attempt ${attempt} of ${id} asks for ${JSON.stringify(rerun)}`);
    this.#task(id).reruns.set(attempt, rerun);
  }

  /** A grant has left a shard: what it gives is written down. */
  left({ lease, tasks }: Grant, shard: number): void {
    if (lease === null) return;
    for (const { id, attempt, line } of tasks) {
      const { limits } = this.orders.get(tokenOf(line)) ?? {};
      const grant = this.#task(id).grants.get(attempt);
      if (limits?.perSecond === undefined || grant?.lease !== this.#life(lease) || grant.left === true) continue;
      grant.left = true;
      if (grant.unsure === true) continue;
      const times = this.#starts.get(`${shard} ${limits.name}`) ?? new StartTimes();
      this.#starts.set(`${shard} ${limits.name}`, times);
      const fault = times.add(grant.at, limits.perSecond);
      if (fault !== undefined) this.break("limitsHold", `limit ${limits.name} at shard ${shard}: ${fault}`);
    }
  }

  /** The object has told a consumer that its lease runs on; from `at`, milliseconds since 1970. */
  extended(lease: string, at: number = this.#world.now): void {
    const life = this.#life(lease);
    this.#extended.set(life, Math.max(at, this.#extended.get(life) ?? 0));
  }

  /** The task that a call became, if it is known to be one. */
  taskOf(token: string): TaskFacts | undefined {
    return this.tasks.get(this.#byToken.get(token) ?? "");
  }

  /** A consumer starts a task; answers what it is to return. */
  started(id: string, attempt: number, token: string, consumer: string): string {
    const task = this.#task(id);
    this.#world.trace.note(() => `${consumer} starts ${token}, attempt ${attempt}`);
    if (task.executions.has(attempt))
      this.break("oneStart", `attempt ${attempt} of ${id} was started twice, the second time by ${consumer}`);
    if (!task.grants.has(attempt)) this.break("oneStart", `attempt ${attempt} of ${id} was started, and never granted`);
    this.#bind(token, id);
    // What a callback is, only its start tells; what was started is written down.
    if (isOfCanvas(token)) task.accepted = true;
    const order = this.orders.get(token);
    if (order?.due !== undefined && order.due > this.#world.now)
      this.break("notEarly", `${token} was started ${order.due - this.#world.now} ms early`);
    this.#executions += 1;
    const value = `${token} ${id} ${attempt} ${this.#executions}`;
    task.executions.set(attempt, { value, finished: false });
    return value;
  }

  finished(id: string, attempt: number): void {
    const task = this.#task(id);
    task.finishedAt = this.#world.now;
    const execution = task.executions.get(attempt);
    if (execution !== undefined) execution.finished = true;
  }

  /** Somebody asks to revoke a task. */
  revoking(id: string, terminate: boolean): void {
    const task = this.#task(id);
    if (task.asked !== "terminate") task.asked = terminate ? "terminate" : "revoke";
  }

  /** A revoke was answered. */
  revoked(id: string, revocation: Revocation): void {
    const task = this.#task(id);
    this.#world.trace.note(() => `${id} is ${revocation}`);
    if (revocation === "unknown" && task.accepted && task.final === undefined)
      this.break("known", `${id} was accepted, and cannot be revoked`);
    if (revocation !== "revoked" && revocation !== "flagged" && revocation !== "terminated") return;
    if (task.final !== undefined && task.final.state !== "REVOKED" && revocation !== "flagged")
      this.break("revokedStays", `${id} was ${revocation}, and is ${task.final.state}`);
    // What was flagged may be terminated later.
    if (task.revocation === undefined || task.revocation === "flagged") task.revocation = revocation;
  }

  /**
   * When a task ended that nobody could read in time: its submit was given up, and the same idempotency key was answered with its id when its result had all but
   * expired.
   */
  #endUnseen({ acceptedAt, finishedAt }: TaskFacts): number {
    const unseen =
      acceptedAt !== undefined && finishedAt !== undefined && acceptedAt > finishedAt + this.#ttl - LONGEST_UNREAD_MILLISECONDS;
    return unseen ? finishedAt : Number.POSITIVE_INFINITY;
  }

  /** A task's result was read. */
  read(id: string, lookup: Lookup): void {
    const task = this.#task(id);
    const now = this.#world.now;
    if (!lookup.found) {
      const { final } = task;
      const gone = (final?.doneAt ?? this.#endUnseen(task)) + this.#ttl <= now;
      // An id that a caller chose is forgotten with its page.
      const why = id[14] === "8" ? lookup.why === "expired" : true;
      // What nobody could see is not asked for again.
      if (gone && final === undefined) task.accepted = false;
      if (!gone || !why) this.break("known", `${id} (${final?.state ?? "not known to be final"}) was answered "${lookup.why}"`);
      return;
    }
    const { state, result, doneAt, line, retries } = lookup.record;
    const token = tokenOf(line);
    this.#bind(token, id);
    if (lookup.record.id !== id) this.break("known", `the record of ${id} bears the id ${lookup.record.id}`);
    if (task.final !== undefined) {
      const same =
        task.final.state === state && task.final.result === result && task.final.doneAt === doneAt && task.final.retries === retries;
      if (!same) this.break("resultStays", `${id} was ${task.final.state} ${task.final.result}, and now it is ${state} ${result}`);
      return;
    }
    if (state === "RETRY" && ![...task.reruns.values()].some((rerun) => rerun.state === "RETRY"))
      this.break("retryAsAsked", `${id} is read as RETRY, and no attempt asked for one`);
    if (state.startsWith("PROGRESS") && !(task.told.has(state) && result === JSON.stringify(id)))
      this.break("ownResult", `${id} is read as ${state} ${result}, which it never told`);
    if (!isFinal(state)) return;
    this.#world.trace.note(() => `${id} is read as ${state}`);
    task.final = { state, result, doneAt, retries };
    // What a canvas comes to is looked at as a whole.
    const fault = isOfCanvas(token) ? undefined : findResultFault(task, this.orders.get(token));
    if (fault !== undefined) this.break("ownResult", `${id} is ${state} ${result}: ${fault}`);
  }

  /** A claim that arrives again when its lease was lost gives a new lease the same id. */
  #life(lease: string): string {
    return `${lease} ${this.#lives.get(lease) ?? 1}`;
  }

  /** One call is one task. */
  #bind(token: string, id: string): void {
    const before = this.#byToken.get(token);
    if (before !== undefined && before !== id) this.break("oneTask", `${token} is task ${before}, and task ${id}`);
    if (this.#refused.has(token)) this.break("refusedLeavesNothing", `${token} was refused, and is task ${id}`);
    const task = this.#task(id);
    if (task.token !== undefined && task.token !== token) this.break("oneTask", `task ${id} is ${task.token}, and ${token}`);
    task.token = token;
    this.#byToken.set(token, id);
  }

  #task(id: string): TaskFacts {
    let task = this.tasks.get(id);
    if (task === undefined) {
      task = { id, accepted: false, executions: new Map(), grants: new Map(), reruns: new Map(), told: new Set() };
      this.tasks.set(id, task);
    }
    return task;
  }
}

function tokenOf(text: string): string {
  const line = JSON.parse(text) as Line;
  return CANVAS_TASKS.has(line.task) ? String(line.kwargs?.token) : readWork(line.args ?? []).token;
}
