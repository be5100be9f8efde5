import type { AckPolicy } from "../core/acknowledgement.ts";
import { bindArguments } from "../core/arguments.ts";
import type { CallOptions } from "../core/call.ts";
import { composeChecked } from "../core/checked-call.ts";
import type { Config } from "../core/config.ts";
import { CeleriacError } from "../core/errors.ts";
import type { RetryPolicy } from "../core/retry.ts";
import type { ArgumentSchemas } from "../core/schema.ts";
import { settleTask } from "../core/settled-task.ts";
import type { Parameter, TaskDefinition } from "../core/task-definition.ts";
import type { CurrentTask } from "../current-task.ts";
import { currentTask } from "../current-task.ts";
import type { AsyncCallParameters, CallbackOptions, EagerCallParameters } from "./async-call.ts";
import { Callable } from "./callable.ts";
import { callParts, itemsParts, type SignatureOptions } from "./canvas/call-parts.ts";
import type { AnySignature, EndOf, InFrontOf, OnlyOf, StartOf } from "./canvas/flow-types.ts";
import { Signature } from "./canvas/signature.ts";
import { StepResult } from "./canvas/step-result.ts";
import type { ConnectionHolder } from "./connection.ts";
import type { TaskContext } from "./context.ts";
import { directContext } from "./direct-context.ts";
import type { EagerOptions } from "./eager-options.ts";
import type { EagerResult } from "./eager-result.ts";
import { runCall, settingOf } from "./eager-run.ts";
import { refusal } from "./refusal.ts";
import { Signals } from "./signals.ts";
import type { TaskHooks } from "./task-hooks.ts";

/** A handler whose parameter types are out of sight: what comes off the wire is checked by count and name, not by type. */
export interface ErasedHandler {
  handle(...args: unknown[]): unknown;
}

/** What a task is made of; `Celeriac.task` reads it from the user's options. */
export interface TaskParts extends TaskDefinition {
  handler: ErasedHandler;
  /** The handler takes the `TaskContext` as its first parameter. */
  bind: boolean;
  hooks?: TaskHooks;
}

/**
 * A registered task: a handler under a name, and the ways to call it. `A` are its parameters, `R` what it returns (awaited), `V` what it returns as it is, and
 * `N` its name, by which a client finds it among the exports of a module.
 *
 * A task is a function too, as in Celery: `add(2, 3)` calls the handler here and now, without a broker, and answers what it returns: 5, or the promise of an
 * async handler. Arguments that do not fit throw `RefusedCall`. No task comes of it, and no retry: where the handler asks for one the error is thrown
 * (`request.calledDirectly` tells it). The task is an object of this class all the same; of a function it has neither `call`, `bind`
 * nor JavaScript's `apply`: its `apply` is Celery's, and its `name` the task's.
 */
export class Task<A extends unknown[] = unknown[], R = unknown, V = R | Promise<R>, N extends string = string>
  extends Callable<A, V>
  implements TaskDefinition
{
  override readonly name: N;
  readonly parameters?: Parameter[];
  readonly doc?: string;
  readonly queue?: string;
  readonly ignoreResult?: boolean;
  readonly express?: boolean;
  readonly retry?: RetryPolicy;
  readonly timeLimit?: number | null;
  readonly softTimeLimit?: number | null;
  readonly perSecond?: number | null;
  readonly concurrency?: number;
  readonly uniqueFor?: number;
  readonly acks?: AckPolicy;
  readonly ownAcks?: Partial<AckPolicy>;
  readonly priority?: number;
  readonly expires?: number;
  readonly trackStarted?: boolean;
  readonly storeErrorsEvenIfIgnored?: boolean;
  readonly typing?: boolean;
  readonly schemas?: ArgumentSchemas;
  readonly hooks?: TaskHooks;
  readonly #parts: TaskParts;
  readonly #handler: ErasedHandler;
  readonly #bind: boolean;
  readonly #connection: ConnectionHolder;
  readonly #signals: Signals;
  #settled: { config: Config; task: Task<A, R, V, N> } | undefined;

  /** Made by `app.task`, which checks the parts. */
  constructor(parts: TaskParts & { name: N }, connection: ConnectionHolder, signals = new Signals()) {
    super();
    const { handler, bind, ...definition } = parts;
    this.name = parts.name;
    Object.assign(this, definition);
    this.#parts = parts;
    this.#handler = handler;
    this.#bind = bind;
    this.#connection = connection;
    this.#signals = signals;
  }

  /**
   * This task as a configuration has it: with its defaults filled in, and changed by `task_annotations` (core/settled-task.ts). Made once a
   * configuration. Throws `ImproperlyConfigured` when the two cannot hold together.
   */
  settled(config: Config): Task<A, R, V, N> {
    if (this.#settled?.config === config) return this.#settled.task;
    const task = new Task<A, R, V, N>({ ...this.#parts, ...settleTask(this, config), name: this.name }, this.#connection, this.#signals);
    this.#settled = { config, task };
    task.#settled = this.#settled;
    return task;
  }

  /**
   * Sends a call with these arguments (Celery's `delay`); resolves when the broker has written it down. Throws as `applyAsync` does. With
   * `task_always_eager` it runs it instead, here and now, and answers an `EagerResult`; with `task_eager_propagates` it throws what the handler throws.
   */
  delay(...args: A): Promise<StepResult<R>> {
    return this.#send({ args });
  }

  /**
   * Sends a call with options (Celery's `apply_async`): `task.applyAsync({ args: [2, 3], countdown: 1 })`. Resolves when the broker has
   * written it down. `link` and `linkError` are signatures that are called when it has ended. Throws `RefusedCall` with every fault when arguments or options do not fit, `BacklogFull` when the
   * broker has no room for it now, `CeleriacError` with the broker's `code` when the broker refuses it otherwise, and `ImproperlyConfigured` when the app is not connected.
   */
  applyAsync(...call: AsyncCallParameters<A>): Promise<StepResult<R>> {
    const { link, linkError, ...input } = call[0] ?? {};
    return link === undefined && linkError === undefined ? this.#send(input) : this.#sendLinked(input, { link, linkError });
  }

  /**
   * Runs a call here and now and answers its result, ready (Celery's `apply`). Needs no broker and no connection. The call is checked as by `applyAsync` and throws
   * `RefusedCall` as it does; the handler is given what would have come through the wire. A retry runs at once, whatever it is to wait for. A failure is
   * in the result, and thrown by its `get()`; with `throw: true` (or `task_eager_propagates`) `apply` throws it itself.
   */
  override async apply(...call: EagerCallParameters<A>): Promise<EagerResult<R>> {
    const { throw: propagate, retries, ...input } = call[0] ?? {};
    return this.#runHere(input, { throw: propagate, retries });
  }

  /**
   * A call that is not made yet, to be sent later or put together with others (Celery's `s`). Arguments that come later, such as the value of the step before in a chain, are put in front
   * of these: `add.s(4)` is `add(x, 4)` of the `x` that comes.
   */
  s<const G extends EndOf<A>>(...args: G): Signature<InFrontOf<A, G>, R, "one"> {
    return new Signature(callParts(this.name, { args }), this.#connection.canvases);
  }

  /** A call that takes nothing from what comes before (Celery's `si`); the step still waits for it. */
  si(...args: A): Signature<unknown[], R, "one"> {
    return new Signature(callParts(this.name, { args, immutable: true }), this.#connection.canvases);
  }

  /** As `s`, with keyword arguments and options: `add.signature([4], {}, { countdown: 1 })`. The types trust the names, the call checks them. */
  signature<const G extends EndOf<A>>(args: G, kwargs?: undefined, options?: SignatureOptions): Signature<InFrontOf<A, G>, R, "one">;
  signature(
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    options?: SignatureOptions,
  ): Signature<StartOf<A>, R, "one">;
  signature(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> = {}, options: SignatureOptions = {}): AnySignature {
    return new Signature(callParts(this.name, { args, kwargs }, options), this.#connection.canvases);
  }

  /** One task that calls this one for each item, in turn, and returns the list of the values (Celery's `map`). */
  map(it: Iterable<OnlyOf<A>>): Signature<unknown[], R[], "one"> {
    return new Signature(itemsParts("map", callParts(this.name, {}), it), this.#connection.canvases);
  }

  /** As `map`, with the arguments of each call (Celery's `starmap`). */
  starmap(it: Iterable<Readonly<A>>): Signature<unknown[], R[], "one"> {
    return new Signature(itemsParts("starmap", callParts(this.name, {}), it), this.#connection.canvases);
  }

  /** The calls of many arguments, `n` of them a task (Celery's `chunks`); gives a list of lists. @throws ImproperlyConfigured for an `n` that is no whole number above 0 */
  chunks(it: Iterable<Readonly<A>>, n: number): Signature<unknown[], R[][], "group"> {
    return new Signature(itemsParts("chunks", callParts(this.name, {}), it, n), this.#connection.canvases);
  }

  /** What calling the task as a function does: see the class. */
  callDirectly(args: unknown[]): unknown {
    const bound = bindArguments(this, args, {});
    if (!this.#bind) return this.#handler.handle(...bound);
    return this.#handler.handle(directContext(this, args, this.#connection.find()), ...bound);
  }

  /**
   * Runs the handler here and now, for the worker: lays the arguments out as positions and calls it, with the context first if it is
   * bound. Answers what the handler returns: the value of a handler that is not async, the promise of one that is. Throws
   * `RefusedCall` ("bad_arguments") when they do not fit, and whatever the handler throws.
   */
  run(context: TaskContext, args: unknown[], kwargs: Record<string, unknown>): unknown {
    const bound = bindArguments(this, args, kwargs);
    return this.#bind ? this.#handler.handle(context, ...bound) : this.#handler.handle(...bound);
  }

  async #sendLinked({ args, kwargs, ...options }: CallInput, callbacks: CallbackOptions): Promise<StepResult<R>> {
    const signature = new Signature<[], R, "one">(callParts(this.name, { args, kwargs }, options), this.#connection.canvases);
    return signature.applyAsync(callbacks);
  }

  #send(input: CallInput): Promise<StepResult<R>> {
    if (this.#connection.find()?.config.taskAlwaysEager === true) return this.#runHere(input, {});
    const parent = currentTask();
    const sending = this.#signals.live ? this.#submitTold(input, parent) : this.#submit(input, parent);
    parent?.called(sending);
    return sending;
  }

  async #submit(input: CallInput, parent: CurrentTask | undefined): Promise<StepResult<R>> {
    const { args, kwargs, ...options } = input;
    const { transport, config, clock } = this.#connection.get();
    const call = await composeChecked(this.settled(config), { args, kwargs, options }, { config, now: clock.now(), parent });
    const submitted = await transport.submit([call]);
    if (!submitted.ok) throw refusal(this.name, submitted);
    const id = submitted.ids[0];
    if (id === undefined) throw new CeleriacError("no_id", `${this.name}: expected the broker to answer one id, got none`);
    return new StepResult<R>(id, this.#connection, null, submitted.record);
  }

  async #submitTold({ args = [], kwargs = {}, ...given }: CallInput, parent: CurrentTask | undefined): Promise<StepResult<R>> {
    const options: CallOptions = { ...given };
    const about = { sender: this.name, args, kwargs, options };
    const failed = (error: unknown) => console.error(`${this.name}: a receiver of a publish signal failed: ${String(error)}`);
    await this.#signals.send("before_task_publish", about, failed);
    const result = await this.#submit({ ...options, args, kwargs }, parent);
    await this.#signals.send("after_task_publish", { ...about, taskId: result.id }, failed);
    return result;
  }

  /** No call is published: there are no signals of it, and no child that anybody could look up. */
  async #runHere({ args, kwargs, ...options }: CallInput, how: EagerOptions): Promise<EagerResult<R>> {
    const { config, clock } = settingOf(this.#connection);
    const task = this.settled(config);
    const call = await composeChecked(task, { args, kwargs, options }, { config, now: clock.now(), parent: currentTask() });
    return runCall<R>(task, call, how, { connection: this.#connection, signals: this.#signals });
  }
}

type CallInput = CallOptions & { args?: readonly unknown[]; kwargs?: Record<string, unknown> };
