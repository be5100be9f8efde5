import type { Clock } from "../clock.ts";
import { systemChance } from "../clock.ts";
import type { AttemptEnd } from "../core/attempt-end.ts";
import { endOfThrow } from "../core/attempt-end.ts";
import type { Line } from "../core/call.ts";
import { describeError } from "../core/error-document.ts";
import { CeleriacError } from "../core/errors.ts";
import type { Attempted, RetryPolicy } from "../core/retry.ts";
import { defaultRetryPolicy } from "../core/retry.ts";
import type { TaskDefinition } from "../core/task-definition.ts";
import { runAsCurrent } from "../current-task.ts";
import type { LogLevel } from "../log.ts";
import { AroundAttempt } from "./around-attempt.ts";
import type { TaskContext } from "./context.ts";
import type { ContextParts } from "./running-context.ts";
import { RunningContext } from "./running-context.ts";
import type { Signals } from "./signals.ts";
import type { TaskHooks } from "./task-hooks.ts";

/** A task as it is run where it was called. */
export interface EagerTask extends TaskDefinition {
  readonly hooks?: TaskHooks;
  run(context: TaskContext, args: unknown[], kwargs: Record<string, unknown>): unknown;
}

/** What one attempt is made from. */
export interface EagerAttemptParts {
  definition: EagerTask;
  id: string;
  /** The call, with the arguments of this attempt. */
  line: Line;
  queue: string;
  retries: number;
  clock: Clock;
  env: unknown;
  here: "eager" | "direct";
  signals?: Signals;
}

const CONSOLE = { debug: "debug", info: "info", warning: "warn", error: "error" } as const;

/** One attempt at a task in the program that calls it. There is no consumer: its log is the console, nothing aborts it, and the states it writes go nowhere. */
export class EagerAttempt implements ContextParts {
  readonly task: ContextParts["task"];
  readonly line: Line;
  readonly definition: EagerTask;
  readonly context: RunningContext;
  readonly #parts: EagerAttemptParts;

  constructor(parts: EagerAttemptParts) {
    const { id, retries, queue, env, here, line, definition } = parts;
    const granted = { id, attempt: retries + 1, retries };
    this.task = { granted, host: { consumer: EAGER_HOST, queue, env }, here, signal: new AbortController().signal, open: true };
    this.line = line;
    this.definition = definition;
    this.#parts = parts;
    this.context = new RunningContext(this);
  }

  get id(): string {
    return this.#parts.id;
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
    return { task, id: this.id, args, kwargs, retries: this.#parts.retries, maxRetries };
  }

  now(): number {
    return this.#parts.clock.now();
  }

  say(level: LogLevel, values: unknown[]): void {
    console[CONSOLE[level]](`${this.name}[${this.id}]:`, ...values);
  }

  /** Nobody could read it. */
  async update(): Promise<boolean> {
    return true;
  }

  /** As in Celery: what runs where it is called knows of no chord. */
  async addToChord(): Promise<never> {
    throw new CeleriacError("no_chord", `${this.name}: addToChord: a task that runs where it is called is no member of a chord`);
  }

  /** Runs it, hooks and signals around it, and says how it ended. Never rejects. Calls that it makes know it as their parent; nobody could ask it for its children. */
  run(): Promise<AttemptEnd> {
    const { id } = this;
    const { root_id: rootId = id, priority = 0 } = this.line;
    return runAsCurrent({ id, rootId, priority, called: () => {} }, () => this.#run());
  }

  async #run(): Promise<AttemptEnd> {
    const around = this.#around();
    const failed = await around.before();
    const end = failed === undefined ? await this.#body() : this.#endOf(failed.error, { ...this.policy, autoretryFor: [] });
    const error = "error" in end ? end.error : undefined;
    await around.after({ end, outcome: { state: STATES[end.how] }, ...("error" in end ? describeError(error) : {}) });
    return end;
  }

  async #body(): Promise<AttemptEnd> {
    try {
      const value = await this.definition.run(this.context, this.line.args ?? [], this.line.kwargs ?? {});
      const { pending } = this.context;
      return pending === undefined ? { how: "succeeded", value } : this.#endOf(pending, this.policy);
    } catch (error) {
      return this.#endOf(this.context.pending ?? error, this.policy);
    }
  }

  #endOf(thrown: unknown, policy: RetryPolicy): AttemptEnd {
    return endOfThrow(thrown, this.attempted, { policy, now: this.now(), chance: systemChance() });
  }

  #around(): AroundAttempt {
    const broken = (name: string, id: string, where: string, error: unknown) => console.error(`${name}[${id}]: ${where} failed:`, error);
    return new AroundAttempt({ attempt: this, context: this.context, signals: this.#parts.signals, log: { broken } });
  }
}

/** What stands for the consumer where there is none. */
export const EAGER_HOST = "celeriac@eager";

const STATES: Readonly<Record<AttemptEnd["how"], string>> = {
  succeeded: "SUCCESS",
  retried: "RETRY",
  rejected: "REJECTED",
  ignored: "IGNORED",
  replaced: "REPLACED",
  revoked: "REVOKED",
  failed: "FAILURE",
};
