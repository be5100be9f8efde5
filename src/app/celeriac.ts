import type { SignatureJson } from "../core/canvas/signature.ts";
import { ImproperlyConfigured } from "../core/errors.ts";
import { describeValue } from "../core/json-value.ts";
import { didYouMean } from "../core/nearest.ts";
import { readParameters } from "../core/parameters.ts";
import type { StandardSchema } from "../core/schema.ts";
import type { Settings } from "../core/settings.ts";
import { checkSettings } from "../core/settings.ts";
import type { TaskRegistry } from "../core/task-definition.ts";
import { type PeriodicOptions, periodicEntry, periodicName, type ScheduleForm } from "../core/wire/periodic-entry.ts";
import { callParts, type SignatureOptions } from "./canvas/call-parts.ts";
import { Canvases } from "./canvas/canvases.ts";
import type { Kind } from "./canvas/flow-types.ts";
import { GroupResult } from "./canvas/group-result.ts";
import { Signature } from "./canvas/signature.ts";
import { StepResult } from "./canvas/step-result.ts";
import type { Connection } from "./connection.ts";
import { ConnectionHolder } from "./connection.ts";
import type { TaskContext } from "./context.ts";
import { Control } from "./control.ts";
import type { Receiver, SignalName } from "./signals.ts";
import { SIGNAL_NAMES, Signals } from "./signals.ts";
import { Task } from "./task.ts";
import { hooksOf } from "./task-hooks.ts";
import type { MadeBy, SchemaOf, TakenBy, TaskOptions, WithoutSchema } from "./task-options.ts";
import { readTaskOptions } from "./task-options.ts";

const LONGEST_NAME = 255;
const NAME_SHAPE = /^[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u;

/** The parameters of a handler, as a tuple. */
export type ArgsOf<H> = H extends (...args: infer A extends unknown[]) => unknown ? A : never;

/** What a handler returns, awaited. */
export type ResultOf<H> = H extends (...args: never[]) => infer R ? Awaited<R> : never;

/** What a handler returns as it is: the value, or the promise of an async one. */
export type ReturnOf<H> = H extends (...args: never[]) => infer R ? R : never;

/**
 * The app (Celery's `Celery`): the tasks of one deployment, and the way to their broker.
 *
 *     export const app = new Celeriac("tasks");
 *     export const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
 */
export class Celeriac implements TaskRegistry<Task> {
  /** What the app is called in the worker's banner and in messages. */
  readonly name: string;
  /** Who listens to Celery's signals; `on` adds to them. */
  readonly signals = new Signals();
  /** The settings that code gives (Celery's `conf`); those of `[vars.celeryconfig]` win over them. */
  readonly conf: Settings;
  /** Tells the broker what to do with tasks that were sent. */
  readonly control: Control;
  /** Beat entries that were added in code, by name; the form is `wrangler.toml`'s. Checked by `deploy`. */
  readonly periodicTasks: Record<string, unknown> = {};
  readonly #tasks = new Map<string, Task>();
  readonly #connection: ConnectionHolder;

  /**
   * `name` is any text that is not empty. `conf` are settings in code, such as `{ taskRoutes: [route] }`. Throws `ImproperlyConfigured` with every
   * fault when they are not.
   */
  constructor(name: string, conf: Settings = {}) {
    if (typeof name !== "string" || name === "") {
      throw new ImproperlyConfigured(`new Celeriac(name): expected a name such as "tasks", got ${describeValue(name)}`);
    }
    checkSettings(conf, `new Celeriac("${name}", { … })`);
    this.name = name;
    this.conf = conf;
    this.#connection = new ConnectionHolder(name);
    this.#connection.canvases = new Canvases(this, this.#connection, this.signals);
    this.control = new Control(this.#connection);
  }

  /**
   * Registers a handler under a name and answers its task, typed from the handler. The handler may be async. With `{ bind: true }` its
   * first parameter is the `TaskContext`, and the task's arguments are the rest (annotate those that have a default: `y: number = 2`). With a
   * schema of `args` the handler is given what it makes of them, and callers give what it takes; both are typed from it.
   *
   * A name is 1 to 255 letters, digits, `_`, `.`, `:` or `-`, the first a letter, digit or `_`. Throws `ImproperlyConfigured` for another
   * name, a name that is taken, a handler that is no function, and for options or `parameters` that are wrong.
   */
  task<N extends string, S extends StandardSchema, R>(
    name: N,
    handler: (context: TaskContext, ...args: MadeBy<S>) => R,
    options: TaskOptions & SchemaOf<S> & { bind: true },
  ): Task<TakenBy<S>, Awaited<R>, R, N>;
  task<N extends string, S extends StandardSchema, R>(
    name: N,
    handler: (...args: MadeBy<S>) => R,
    options: TaskOptions & SchemaOf<S> & { bind?: false },
  ): Task<TakenBy<S>, Awaited<R>, R, N>;
  task<N extends string, A extends unknown[], R>(
    name: N,
    handler: (context: TaskContext, ...args: A) => R,
    options: TaskOptions & WithoutSchema & { bind: true },
  ): Task<A, Awaited<R>, R, N>;
  // Not `(...args: A) => R`: that would give a parameter with a default and no annotation (`y = 2`) the type unknown.
  task<N extends string, H extends CallableFunction>(
    name: N,
    handler: H,
    options?: TaskOptions & WithoutSchema & { bind?: false },
  ): Task<ArgsOf<H>, ResultOf<H>, ReturnOf<H>, N>;
  task(name: string, handler: (...args: never[]) => unknown, options: TaskOptions = {}): Task {
    this.#checkName(name);
    const where = `task '${name}'`;
    if (typeof handler !== "function") {
      throw new ImproperlyConfigured(`${where}: expected a function as handler, got ${describeValue(handler)}`);
    }
    const { parameters, bind, ...fields } = readTaskOptions(options, where);
    const handlerLength = Math.max(0, handler.length - (bind ? 1 : 0));
    const read = parameters === undefined ? undefined : readParameters(parameters, handlerLength, where);
    const task = new Task(
      { ...fields, name, parameters: read, bind, hooks: hooksOf(options), handler: { handle: handler } },
      this.#connection,
      this.signals,
    );
    this.#tasks.set(name, task);
    return task;
  }

  /**
   * Celery's `add_periodic_task`: has beat send a task by a schedule, as an entry of `[vars.beat_schedule]` does. Call it where tasks are
   * registered: each isolate of the script must come to the same entries. What the entry holds is checked by `deploy`.
   *
   *     app.addPeriodicTask(30, add, { args: [16, 16] });
   *     app.addPeriodicTask("0 7 * * mon-fri", report, { name: "morning", timezone: "Europe/London" });
   *
   * A whole canvas may be sent, too: a signature, which brings its own arguments and options.
   *
   * @throws ImproperlyConfigured when the name is taken by another call.
   */
  addPeriodicTask(
    schedule: ScheduleForm,
    task: { readonly name: string } | string | { toJSON(): SignatureJson },
    options: PeriodicOptions = {},
  ): void {
    const sent = typeof task === "object" && "toJSON" in task ? task.toJSON() : typeof task === "string" ? task : task.name;
    const name = options.name ?? periodicName(sent, options);
    if (Object.hasOwn(this.periodicTasks, name)) {
      throw new ImproperlyConfigured(
        `app.addPeriodicTask: there is an entry named ${JSON.stringify(name)} already: give this one another \`name\``,
      );
    }
    this.periodicTasks[name] = periodicEntry(schedule, sent, options);
  }

  /** The task of that name, if one is registered. */
  get(name: string): Task | undefined {
    return this.#tasks.get(name);
  }

  /** The names of all registered tasks, sorted. */
  names(): string[] {
    return [...this.#tasks.keys()].sort();
  }

  /** Celery's `AsyncResult(id)`: the way to the result of a task whose id is known. Asks the broker nothing yet. */
  AsyncResult<R = unknown>(id: string): StepResult<R> {
    return new StepResult<R>(id, this.#connection);
  }

  /** Celery's `GroupResult.restore(id)`: the way to the results of a group whose id is known. Asks the broker nothing yet. */
  GroupResult<R = unknown[]>(id: string): GroupResult<R> {
    return new GroupResult<R>(id, this.#connection);
  }

  /**
   * Celery's `app.signature`: a call of a task by its name, which need not be registered here; or a signature read from its JSON, Python's or ours (`json.dumps(sig)`, `JSON.stringify(sig)`).
   * Say what it takes and gives where it is put together with others: `app.signature<[x: number], number>("tasks.add", [4])`.
   * @throws RefusedCall ("bad_arguments") for JSON that is no signature, with every fault and its path
   */
  signature<In extends unknown[] = unknown[], R = unknown, K extends Kind = "one">(
    task: string | object,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
    options: SignatureOptions = {},
  ): Signature<In, R, K> {
    const home = this.#connection.canvases;
    if (typeof task === "string") return new Signature(callParts(task, { args, kwargs }, options), home);
    return Signature.from<In, R, K>(task, home);
  }

  /**
   * Has `receiver` told of a signal of Celery's (`app.on("task_failure", ({ sender, exception }) => …)`), or of those of one sender: for most a
   * task's name. Receivers may be async and are awaited; what they throw is logged. Answers the way to take it off again.
   * Throws `ImproperlyConfigured` for a name that is no signal, and a receiver that is no function.
   */
  on<Name extends SignalName>(name: Name, receiver: Receiver<Name>, { sender }: { sender?: string } = {}): () => void {
    if (!SIGNAL_NAMES.includes(name)) {
      const hint = didYouMean(String(name), SIGNAL_NAMES) || `; there are ${SIGNAL_NAMES.join(", ")}`;
      throw new ImproperlyConfigured(`app.on: '${String(name)}' is no signal${hint}`);
    }
    if (typeof receiver !== "function") {
      throw new ImproperlyConfigured(`app.on('${name}'): expected a function as receiver, got ${describeValue(receiver)}`);
    }
    return this.signals.connect(name, receiver, sender);
  }

  /**
   * Tells the app how to reach its broker. Inside the Worker `deploy(app)` does it. Called again, the new connection counts. Answers the way back to
   * how it was before.
   */
  connect(connection: Connection): () => void {
    const before = this.#connection.find();
    this.#connection.set(connection);
    return () => this.#connection.set(before);
  }

  #checkName(name: string): void {
    if (typeof name !== "string" || name.length > LONGEST_NAME || !NAME_SHAPE.test(name)) {
      throw new ImproperlyConfigured(
        `app.task: expected a task name of 1 to ${LONGEST_NAME} letters, digits, '_', '.', ':' or '-' ` +
          `(the first a letter, digit or '_'), such as "tasks.add", got ${describeValue(name)}`,
      );
    }
    if (this.#tasks.has(name)) {
      throw new ImproperlyConfigured(`task '${name}' is registered already in the app '${this.name}': give one of the two another name`);
    }
  }
}
