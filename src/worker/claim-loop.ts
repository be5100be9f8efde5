import type { Signals } from "../app/signals.ts";
import type { Aborted, Bell, BrokerClient, Grant, GrantedTask } from "../broker/api.ts";
import { type Clock, systemTimers, type Timers } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { TaskRevokedError } from "../core/errors.ts";
import { Fifo } from "../core/fifo.ts";
import type { Outcome } from "../core/result.ts";
import { SHORT_TASKS } from "../core/short-tasks.ts";
import type { TaskRegistry } from "../core/task-definition.ts";
import type { Log } from "../log.ts";
import { endOfTurn } from "./end-of-turn.ts";
import { HeldLease, type HeldLeaseParts } from "./held-lease.ts";
import { countFitting, sizeOf } from "./outcome-size.ts";
import type { RunnableTask, RunParts } from "./run-task.ts";
import { runTask } from "./run-task.ts";
import type { Host } from "./running-task.ts";
import { RunningTask } from "./running-task.ts";
import { TaskLog } from "./task-log.ts";
import { taskWrites } from "./task-writes.ts";
import { attemptKey, TerminatedTasks, terminated } from "./terminated-tasks.ts";

/** What a claim loop is made from. */
export interface ClaimLoopParts {
  registry: TaskRegistry<RunnableTask>;
  broker: BrokerClient;
  clock: Clock;
  /** Default: the platform's. */
  timers?: Timers;
  log: Log;
  /** How many tasks run at once (Celery's `worker_concurrency`). */
  concurrency: number;
  /** See `RunParts`. */
  config?: Config;
  bell: Bell;
  /** The consumer's name, such as `celeriac@3f2a91c0`. */
  consumer: string;
  env: unknown;
  /** Default: nobody listens. */
  signals?: Signals;
}

/** After so many milliseconds a loop claims no more, and lets the queue scale. */
const LONGEST_CLAIMING = 10_000;
/** After so many calls of the broker a loop claims no more: the rest of the invocation's subrequests is the tasks' own. */
const MOST_CALLS = 400;
/** Characters of outcomes in one report, of one or two bytes each: the broker's object has 128 MB for the reports of all consumers. */
const LARGEST_REPORT = 2_000_000;
/** A loop that has so many characters of calls and outcomes in hand claims no more: consumers may share an isolate of 128 MB. */
const LARGEST_HOLD = 16_000_000;
/** Milliseconds between sendings of a report that failed. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/**
 * One consumer at work on one queue of one shard: claims tasks, runs them side by side, and reports how they ended, until
 * there is nothing left to do. One report is in flight at a time; it carries all outcomes that are there and claims as many
 * tasks as there is room for. After 10 seconds, 400 calls or a report that failed it claims no more and only ends what runs.
 */
export class ClaimLoop {
  readonly #parts: ClaimLoopParts;
  readonly #host: Host;
  readonly #runParts: RunParts;
  readonly #running = new Set<RunningTask>();
  /** Short tasks that were granted beyond what runs at once. */
  readonly #waiting = new Fifo<GrantedTask>();
  readonly #terminated: TerminatedTasks;
  readonly #startedAt: number;
  #outcomes: Outcome[] = [];
  #lease: HeldLease | undefined;
  #calls = 0;
  #reports = 0;
  #leaving = false;
  /** End the wait that is on: for an outcome, or between two sendings (which no outcome cuts short). */
  #onOutcome: (() => void) | undefined;
  #onLost: (() => void) | undefined;

  constructor(parts: ClaimLoopParts) {
    this.#parts = parts;
    const { consumer, bell, broker, env } = parts;
    const writes = taskWrites({ broker, shard: bell.shard, lease: () => this.#leaseOfCall() });
    this.#host = { consumer, queue: bell.queue, env, ahead: 0, ...writes };
    const { registry, clock, timers, signals, config } = parts;
    this.#runParts = { registry, clock, timers, signals, config, log: new TaskLog(parts.log) };
    this.#terminated = new TerminatedTasks(parts.timers ?? systemTimers);
    this.#startedAt = parts.clock.now();
  }

  /**
   * Resolves when the last task it holds has ended and was reported, or was lost. Never rejects.
   * @param grant what it was handed already (the express lane): it runs that and claims no more
   */
  async work(grant?: Grant): Promise<void> {
    try {
      if (grant === undefined) await this.#claim();
      else this.#accept(grant);
      while (this.#lease !== undefined && (this.#running.size > 0 || this.#outcomes.length > 0)) {
        if (this.#outcomes.length === 0) await this.#nextOutcome();
        await endOfTurn(() => (this.#running.size > 0 ? this.#outcomes.length : undefined));
        if (this.#outcomes.length > 0) await this.#report();
      }
    } catch (error) {
      this.#lose(`the consumer failed: ${String(error)}`);
    } finally {
      this.#lease?.close();
    }
    await this.#terminated.letCleanUp();
  }

  #accept(grant: Grant): void {
    this.#leaving = true;
    this.#take(grant, this.#startedAt);
  }

  async #claim(): Promise<void> {
    const { broker, bell, consumer, clock, concurrency, log } = this.#parts;
    const sentAt = clock.now();
    try {
      this.#calls += 1;
      this.#take(
        await broker.claim(bell.shard, { version: 1, queue: bell.queue, room: concurrency, most: concurrency * SHORT_TASKS, consumer }),
        sentAt,
      );
    } catch (error) {
      log.warning(`${consumer}: could not claim from ${this.#place()}: ${String(error)}; the broker will ring again`);
    }
  }

  /** Sends all outcomes there are; repeats while the lease is held. Comes back with the lease lost, or the answer taken. */
  async #report(): Promise<void> {
    const { broker, bell, consumer, clock, log } = this.#parts;
    let pause = FIRST_PAUSE;
    while (this.#lease !== undefined && this.#outcomes.length > 0) {
      const lease = this.#lease;
      const outcomes = this.#outcomes.splice(0, countFitting(this.#outcomes, LARGEST_REPORT));
      this.#reports += 1;
      const about = { version: 1, lease: lease.id, consumer, queue: bell.queue } as const;
      const request = { ...about, outcomes, ...this.#room(), sequence: this.#reports };
      const sentAt = clock.now();
      try {
        this.#calls += 1;
        this.#take(await broker.report(bell.shard, request), sentAt);
        return;
      } catch (error) {
        if (this.#lease !== lease) {
          log.warning(`${consumer}: could not report to ${this.#place()}: ${String(error)}; its lease ended meanwhile`);
          return;
        }
        this.#outcomes.unshift(...outcomes);
        // What the lost answer granted can only come back when the lease ends: so end it.
        this.#leaving = true;
        log.warning(`${consumer}: could not report to ${this.#place()}: ${String(error)}; trying again in ${pause} ms`);
        await this.#pause(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  #room(): { room: number; most: number } {
    const { clock, concurrency } = this.#parts;
    if (this.#calls >= MOST_CALLS || clock.now() - this.#startedAt >= LONGEST_CLAIMING) this.#leaving = true;
    if (this.#leaving || this.#isLaden()) return { room: 0, most: 0 };
    const held = this.#inHand();
    return { room: Math.max(0, concurrency - held), most: Math.max(0, concurrency * SHORT_TASKS - held) };
  }

  /** How many tasks it holds but for those whose outcomes are in the report that is under way. */
  #inHand(): number {
    return this.#running.size + this.#waiting.size + this.#outcomes.length;
  }

  #isLaden(): boolean {
    let size = 0;
    for (const { granted } of this.#running) size += granted.line.length;
    for (const { line } of this.#waiting) size += line.length;
    for (const outcome of this.#outcomes) size += sizeOf(outcome);
    return size >= LARGEST_HOLD;
  }

  #take(grant: Grant, sentAt: number): void {
    if (grant.now !== undefined) this.#host.ahead = this.#parts.clock.now() - grant.now;
    const idle = this.#running.size === 0 && this.#outcomes.length === 0;
    if (grant.tasks.length === 0 && idle) return;
    if (grant.lease === null || (this.#lease !== undefined && this.#lease.id !== grant.lease)) {
      if (!idle) this.#lose("the broker holds nothing under it any more");
      this.#lease?.close();
      this.#lease = undefined;
    }
    if (grant.lease === null || (grant.tasks.length === 0 && this.#lease === undefined)) return;
    if (this.#lease === undefined) this.#lease = this.#hold(grant.lease, sentAt, grant.leaseMilliseconds);
    else this.#lease.extend(sentAt, grant.leaseMilliseconds);
    if (grant.tasks.length > 0) this.#host.timeLimits = grant.timeLimits;
    for (const granted of grant.tasks) this.#waiting.push(granted);
    this.#startWaiting();
  }

  #startWaiting(): void {
    while (this.#running.size < this.#parts.concurrency) {
      const granted = this.#waiting.shift();
      if (granted === undefined) return;
      this.#start(new RunningTask(granted, this.#host, this.#parts.clock.now()));
    }
  }

  #hold(id: string, sentAt: number, milliseconds: number): HeldLease {
    const { broker, bell, clock, timers = systemTimers } = this.#parts;
    const parts: HeldLeaseParts = {
      id,
      clock,
      timers,
      oldest: () => this.#oldest(),
      news: (lease, waitMilliseconds) => {
        this.#calls += 1;
        return broker.news(bell.shard, { version: 1, lease, waitMilliseconds });
      },
      aborted: (attempts) => this.#terminate(attempts),
      lost: (why) => this.#onLeaseLost(why),
    };
    return new HeldLease(parts, sentAt, milliseconds);
  }

  /** Tasks are kept in the order they were started. */
  #oldest(): number {
    for (const { startedAt } of this.#running) return startedAt;
    return Number.POSITIVE_INFINITY;
  }

  /** What was terminated is as good as ended, whatever its handler still does: its place is free, and the broker is told so. */
  #terminate(attempts: readonly Aborted[]): void {
    const keys = new Set(attempts.map(attemptKey));
    for (const task of this.#running) {
      if (!keys.has(attemptKey(task.granted))) continue;
      task.abandon(new TaskRevokedError("terminated"));
      this.#parts.log.info(`Task ${task.granted.id} was terminated`);
      this.#terminated.add(task);
      this.#end(task, terminated(task, this.#parts.clock.now()));
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const granted of waiting) if (!keys.has(attemptKey(granted))) this.#waiting.push(granted);
  }

  /** The lease for a call of the broker that a task makes, which is counted. */
  #leaseOfCall(): string | undefined {
    if (this.#lease !== undefined) this.#calls += 1;
    return this.#lease?.id;
  }

  /** With nothing in hand nothing is lost: the broker ends a lease with the last outcome, and its answer may take a while. */
  #onLeaseLost(why: string): void {
    if (this.#inHand() > 0) this.#lose(why);
    else this.#lease = undefined;
  }

  #start(task: RunningTask): void {
    this.#running.add(task);
    const outcome = runTask(task, this.#runParts);
    if (outcome instanceof Promise) {
      const failed = (error: unknown) => this.#lose(`${task.granted.id} ended without an outcome: ${String(error)}`);
      outcome.then((ended) => this.#end(task, ended), failed);
    } else this.#gather(task, outcome);
  }

  #end(task: RunningTask, outcome: Outcome): void {
    this.#gather(task, outcome);
    this.#startWaiting();
  }

  /** An outcome of a lost lease is dropped: its task runs elsewhere by now. */
  #gather(task: RunningTask, outcome: Outcome): void {
    if (!this.#running.delete(task)) {
      this.#terminated.returned(task);
      return;
    }
    this.#outcomes.push(outcome);
    this.#onOutcome?.();
  }

  #lose(why: string): void {
    const lost = this.#inHand();
    this.#lease?.close();
    this.#lease = undefined;
    this.#leaving = true;
    const { consumer, log } = this.#parts;
    log.warning(`${consumer}: lost its lease on ${lost} ${lost === 1 ? "task" : "tasks"} of ${this.#place()}: ${why}`);
    const reason = new DOMException(`the lease of this task was lost: ${why}`, "AbortError");
    for (const task of this.#running) task.abandon(reason);
    this.#running.clear();
    this.#waiting.clear();
    this.#outcomes = [];
    this.#onOutcome?.();
    this.#onLost?.();
  }

  async #nextOutcome(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onOutcome = resolve;
    });
    this.#onOutcome = undefined;
  }

  async #pause(milliseconds: number): Promise<void> {
    const { timers = systemTimers } = this.#parts;
    await new Promise<void>((resolve) => {
      const cancel = timers.after(milliseconds, resolve);
      this.#onLost = () => {
        cancel();
        resolve();
      };
    });
    this.#onLost = undefined;
  }

  #place(): string {
    return `queue ${this.#parts.bell.queue}, shard ${this.#parts.bell.shard}`;
  }
}
