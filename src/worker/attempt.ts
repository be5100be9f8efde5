import { AroundAttempt } from "../app/around-attempt.ts";
import { RunningContext } from "../app/running-context.ts";
import { describeRequest, ignoresResult, isLimited, limitsOf } from "../app/task-request.ts";
import { systemChance, systemTimers } from "../clock.ts";
import type { AckPolicy } from "../core/acknowledgement.ts";
import { afterBadEnd, defaultAckPolicy } from "../core/acknowledgement.ts";
import { findArgumentFaults } from "../core/arguments.ts";
import type { AttemptEnd, OwnEnd } from "../core/attempt-end.ts";
import { endOfThrow } from "../core/attempt-end.ts";
import type { Line } from "../core/call.ts";
import { inherit } from "../core/canvas/inherited.ts";
import type { ResultTree } from "../core/canvas/result-tree.ts";
import type { SignatureJson } from "../core/canvas/signature.ts";
import { RefusedCall, TaskRevokedError } from "../core/errors.ts";
import type { Outcome } from "../core/result.ts";
import type { Attempted, RetryPolicy } from "../core/retry.ts";
import { defaultRetryPolicy } from "../core/retry.ts";
import { timeLimitError } from "../core/time-limits.ts";
import type { LogLevel } from "../log.ts";
import type { Concluded } from "./outcome-of.ts";
import { outcomeOf } from "./outcome-of.ts";
import { addToChord, composeBrought } from "./replacement.ts";
import { runWithin } from "./run-within.ts";
import type { RunnableTask, RunParts } from "./runnable-task.ts";
import type { RunningTask } from "./running-task.ts";
import type { TaskScope } from "./task-scope.ts";
import { runInScope, runInScopeAtOnce } from "./task-scope.ts";

/** The most children that are recorded of one attempt: 36 characters each, in the row of its outcome. */
const MOST_CHILDREN = 1_000;

/** Whether a task has answered at once whenever it was run; not there before its first run. */
const prompt = new WeakMap<RunnableTask, boolean>();

/** One attempt at a task: runs its handler, with its limits and what is done around it, and says how it ended. */
export class Attempt implements TaskScope {
  readonly task: RunningTask;
  readonly line: Line;
  readonly definition: RunnableTask;
  readonly #parts: RunParts;
  readonly #startedAt: number;
  readonly #context: RunningContext;
  readonly #around: AroundAttempt | undefined;
  #calls: Promise<{ id: string }>[] | undefined;
  #timedOut = false;

  constructor(task: RunningTask, line: Line, definition: RunnableTask, parts: RunParts, startedAt: number) {
    this.task = task;
    this.line = line;
    this.definition = definition;
    this.#parts = parts;
    this.#startedAt = startedAt;
    this.#context = new RunningContext(this);
    const { signals, log } = parts;
    const silent = definition.hooks === undefined && signals?.live !== true;
    if (signals?.has("task_revoked") === true) task.onAbandon((reason) => this.#tellTerminated(reason));
    this.#around = silent ? undefined : new AroundAttempt({ attempt: this, context: this.#context, signals, log });
  }

  get id(): string {
    return this.task.granted.id;
  }

  get rootId(): string {
    return this.line.root_id ?? this.id;
  }

  get priority(): number {
    return this.line.priority ?? 0;
  }

  /** What logs call the task. */
  get name(): string {
    return this.line.shadow ?? this.line.task;
  }

  get policy(): RetryPolicy {
    return this.definition.retry ?? defaultRetryPolicy;
  }

  get attempted(): Attempted {
    const { task, args = [], kwargs = {}, max_retries: maxRetries } = this.line;
    return { task, id: this.id, args, kwargs, retries: this.task.granted.retries ?? 0, maxRetries };
  }

  now(): number {
    return this.#parts.clock.now();
  }

  say(level: LogLevel, values: unknown[]): void {
    this.#parts.log.said(level, this.name, this.id, values);
  }

  print(level: LogLevel, values: unknown[]): void {
    this.#parts.log.printed(level, this.name, this.id, values);
  }

  async update(state: string, meta: string): Promise<boolean> {
    return (await this.task.host.update?.(this.task.granted, state, meta)) ?? false;
  }

  addToChord(json: SignatureJson): Promise<ResultTree | null> {
    const { host, granted } = this.task;
    return addToChord(json, this, this.#parts, (added) => host.add?.(granted, added));
  }

  called(sending: Promise<{ id: string }>): void {
    this.#calls ??= [];
    this.#calls.push(sending);
    // Whoever made the call need not have awaited it: then nobody else would hear.
    sending.catch((error) => this.#parts.log.unsent(this.name, this.id, error));
  }

  /** Runs it and answers what is to be reported: at once if nothing of it takes time. Never throws, never rejects. */
  run(): Outcome | Promise<Outcome> {
    if (isLimited(this.line, this.definition, this.task.host.timeLimits)) return this.#finishLater(this.#bodyWithin());
    const end = this.#around === undefined ? this.#body() : this.#bodyBehind(this.#around);
    return end instanceof Promise ? this.#finishLater(end) : this.#finish(end);
  }

  async #finishLater(end: Promise<AttemptEnd>): Promise<Outcome> {
    return this.#finish(await end);
  }

  #finish(end: AttemptEnd): Outcome | Promise<Outcome> {
    return end.how === "replaced" ? this.#finishReplaced(end.by) : this.#finishAs(this.#conclude(end));
  }

  /** What may not take its place is the task's own failure. */
  async #finishReplaced(json: object): Promise<Outcome> {
    try {
      const by = inherit(await composeBrought(json, this, this.#parts), this.line);
      const { page, slot, attempt } = this.task.granted;
      const times = { startedAt: this.#startedAt, endedAt: this.now() };
      const nothing = { result: "null", traceback: null };
      const outcome: Outcome = { page, slot, attempt, state: "REPLACED", ...nothing, ...times, by };
      return await this.#finishAs({ outcome, end: { how: "replaced", by: json } });
    } catch (error) {
      return this.#finishAs(this.#conclude({ how: "failed", error, expected: false }));
    }
  }

  #finishAs(concluded: Concluded): Outcome | Promise<Outcome> {
    this.task.close();
    if (this.#around !== undefined && !this.task.abandoned) return this.#finishBehind(this.#around, concluded);
    return this.#tell(concluded);
  }

  async #finishBehind(around: AroundAttempt, concluded: Concluded): Promise<Outcome> {
    await runInScope(this, () => around.after(concluded));
    return this.#tell(concluded);
  }

  #tell(concluded: Concluded): Outcome | Promise<Outcome> {
    if (!this.task.abandoned) this.#log(concluded);
    return this.#calls === undefined ? concluded.outcome : this.#withChildren(concluded.outcome, this.#calls);
  }

  #bodyWithin(): Promise<AttemptEnd> {
    const { clock, log, timers = systemTimers } = this.#parts;
    const limits = limitsOf(this.line, this.definition, this.task.host.timeLimits);
    const raise = (limit: "soft" | "hard") => {
      const seconds = limits[limit] ?? 0;
      const error = timeLimitError(limit, seconds);
      if (!this.task.abandoned) log.limited(limit, seconds, this.name, this.id);
      this.task.interrupt(error);
      return error;
    };
    const hard = (): AttemptEnd => {
      this.#timedOut = true;
      const error = raise("hard");
      const again = afterBadEnd("timeout", this.#acks) === "again";
      return again ? { how: "rejected", error, requeue: true } : { how: "failed", error, expected: false };
    };
    const around = this.#around;
    const body = async () => (around === undefined ? this.#body() : this.#bodyBehind(around));
    return runWithin(body, { limits, startedAt: this.#startedAt, clock, timers, soft: () => void raise("soft"), hard });
  }

  async #bodyBehind(around: AroundAttempt): Promise<AttemptEnd> {
    const failed = await runInScope(this, () => around.before());
    if (failed !== undefined) return this.#endOf(failed.error, { ...this.policy, autoretryFor: [] });
    // Its place was given to others meanwhile.
    if (!this.task.open || this.#timedOut) return { how: "ignored" };
    return this.#body();
  }

  #body(): AttemptEnd | Promise<AttemptEnd> {
    try {
      const returned = this.#call();
      return isThenable(returned) ? this.#awaited(returned) : this.#endOfValue(returned);
    } catch (error) {
      return this.#endOfError(error);
    }
  }

  async #awaited(returned: PromiseLike<unknown>): Promise<AttemptEnd> {
    try {
      return this.#endOfValue(await returned);
    } catch (error) {
      return this.#endOfError(error);
    }
  }

  #endOfValue(value: unknown): AttemptEnd {
    const { pending } = this.#context;
    return pending === undefined ? { how: "succeeded", value } : this.#endOf(pending, this.policy);
  }

  #endOfError(error: unknown): AttemptEnd {
    return this.#endOf(this.#context.pending ?? this.#translate(error), this.policy);
  }

  /**
   * Calls the handler so that what it prints and calls is accounted to it. A scope that follows it over its awaits costs more than
   * all else that is done for a task, so a task that is known to answer without a promise goes without; the first that
   * returns one has it for good.
   */
  #call(): unknown {
    const { definition, line } = this;
    const known = prompt.get(definition);
    const run = known === true ? runInScopeAtOnce : runInScope;
    const returned = run(this, invoke, definition, this.#context, line.args ?? [], line.kwargs ?? {});
    const later = isThenable(returned);
    if (known === undefined || (known && later)) prompt.set(definition, !later);
    return returned;
  }

  /** A handler may pass on a RefusedCall of its own: only this call's arguments make it a TypeError. */
  #translate(error: unknown): unknown {
    if (!(error instanceof RefusedCall) || error.reason !== "bad_arguments") return error;
    const { args = [], kwargs = {} } = this.line;
    return findArgumentFaults(this.definition, args, kwargs).length > 0 ? new TypeError(error.message) : error;
  }

  #endOf(thrown: unknown, policy: RetryPolicy): AttemptEnd {
    const { chance = systemChance } = this.#parts;
    return endOfThrow(thrown, this.attempted, { policy, now: this.now(), chance: chance() });
  }

  #conclude(end: OwnEnd): Concluded {
    const { task, definition, line } = this;
    const ignored = ignoresResult(line, definition);
    const errorsIgnored = ignored && definition.storeErrorsEvenIfIgnored !== true;
    const startedAt = this.#startedAt;
    return outcomeOf(end, { task, name: line.task, startedAt, endedAt: this.now(), ignored, errorsIgnored, acks: this.#acks });
  }

  #log({ end, outcome, document, traceback = null }: Concluded): void {
    const { log } = this.#parts;
    const { name, id } = this;
    if (document === undefined) {
      if (end.how === "ignored" || end.how === "replaced") log.ignored(name, id);
      else log.succeeded(name, id, outcome.endedAt - outcome.startedAt, outcome.result);
    } else if (this.#timedOut) return;
    else if (outcome.state === "RETRY") log.retried(name, id, outcome.again.due - outcome.endedAt, isRetry(end) ? undefined : document);
    else if (end.how === "rejected") log.rejected(name, id, outcome.state === "REJECTED", document);
    else if (end.how === "revoked") log.revoked(name, id, document);
    else if (end.how === "failed" && end.expected) log.raised(name, id, document);
    else log.failed(name, id, document, traceback);
  }

  /** The task does not end before its calls are sent: they are its children, and nobody else keeps the platform from dropping them. */
  async #withChildren(outcome: Outcome, calls: Promise<{ id: string }>[]): Promise<Outcome> {
    const sent = await Promise.allSettled(calls);
    const children = sent.flatMap((one) => (one.status === "fulfilled" ? [one.value.id] : [])).slice(0, MOST_CHILDREN);
    return children.length === 0 ? outcome : { ...outcome, children };
  }

  #tellTerminated(reason: Error): void {
    if (!(reason instanceof TaskRevokedError)) return;
    const { signals, log } = this.#parts;
    const request = describeRequest(this.task, this.line, this.definition);
    const payload = { sender: this.line.task, request, terminated: true, expired: false };
    void signals?.send("task_revoked", payload, (error) => log.broken(this.name, this.id, "a receiver of task_revoked", error));
  }

  get #acks(): AckPolicy {
    return this.definition.acks ?? defaultAckPolicy;
  }
}

function invoke(definition: RunnableTask, context: RunningContext, args: unknown[], kwargs: Record<string, unknown>): unknown {
  return definition.run(context, args, kwargs);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** A retry that named no error is told by itself. */
function isRetry(end: AttemptEnd): boolean {
  return end.how === "retried" && end.error instanceof Error && end.error.name === "Retry";
}
