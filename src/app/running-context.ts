import { findArgumentFaults } from "../core/arguments.ts";
import type { Line } from "../core/call.ts";
import type { ResultTree } from "../core/canvas/result-tree.ts";
import type { SignatureJson } from "../core/canvas/signature.ts";
import type { Fault } from "../core/errors.ts";
import { CeleriacError, ImproperlyConfigured, RefusedCall } from "../core/errors.ts";
import { Replace, Retry } from "../core/flow.ts";
import { findRequestFaults } from "../core/read-retry.ts";
import type { Attempted, RetryPolicy, RetryRequest } from "../core/retry.ts";
import { decideRetry } from "../core/retry.ts";
import type { TaskDefinition } from "../core/task-definition.ts";
import type { LogLevel } from "../log.ts";
import type { AnySignature } from "./canvas/flow-types.ts";
import { Signature } from "./canvas/signature.ts";
import { writeSignature } from "./canvas/write-signature.ts";
import type { StateUpdate, TaskContext, TaskLogger, TaskRequest } from "./context.ts";
import { readUpdate } from "./state-update.ts";
import type { RunningAttempt } from "./task-request.ts";
import { describeRequest } from "./task-request.ts";

/** The attempt behind a context. */
export interface ContextParts {
  readonly task: RunningAttempt & { readonly host: { readonly env: unknown }; readonly signal: AbortSignal; readonly open: boolean };
  readonly line: Line;
  readonly definition: TaskDefinition;
  readonly policy: RetryPolicy;
  readonly attempted: Attempted;
  now(): number;
  say(level: LogLevel, values: unknown[]): void;
  /** Writes a state and its `meta` (JSON text); false: the task is not held any more. */
  update(state: string, meta: string): Promise<boolean>;
  /** Adds a canvas to the chord that the task is a member of. */
  addToChord(json: SignatureJson): Promise<ResultTree | null>;
}

/** The context that a handler with `{ bind: true }` is given; its parts are made when they are asked for, and may be taken apart. */
export class RunningContext implements TaskContext {
  readonly #parts: ContextParts;
  #request: TaskRequest | undefined;
  #pending: Retry | undefined;

  constructor(parts: ContextParts) {
    this.#parts = parts;
  }

  get env(): unknown {
    return this.#parts.task.host.env;
  }

  get signal(): AbortSignal {
    return this.#parts.task.signal;
  }

  get request(): TaskRequest {
    const { task, line, definition } = this.#parts;
    this.#request ??= describeRequest(task, line, definition);
    return this.#request;
  }

  get log(): TaskLogger {
    const say =
      (level: LogLevel) =>
      (...values: unknown[]) =>
        this.#parts.say(level, values);
    return { debug: say("debug"), info: say("info"), warning: say("warning"), error: say("error") };
  }

  get retry(): TaskContext["retry"] {
    // The one function has the types of both of its forms.
    return ((request) => this.#retry(request)) as TaskContext["retry"];
  }

  get updateState(): TaskContext["updateState"] {
    return (update) => this.#update(update);
  }

  get replace(): TaskContext["replace"] {
    return (signature) => {
      this.#requireTask("replace");
      const json = jsonOf(signature);
      if (json.subtask_type === "chain" && Array.isArray(json.kwargs?.tasks) && json.kwargs.tasks.length === 0) {
        throw new ImproperlyConfigured("Cannot replace with an empty chain");
      }
      throw new Replace(json);
    };
  }

  get addToChord(): TaskContext["addToChord"] {
    // What comes of it is known by the signature's type alone.
    return ((signature: AnySignature) => this.#addToChord(signature)) as TaskContext["addToChord"];
  }

  /** The retry that was asked for without being thrown. */
  get pending(): Retry | undefined {
    return this.#pending;
  }

  #retry(given: RetryRequest & { throw?: boolean } = {}): Retry {
    const { throw: throws = true, ...request } = given;
    const { task, definition, attempted, policy } = this.#parts;
    const faults = findRequestFaults(request, "");
    if (faults.length > 0) throw new RefusedCall("bad_option", faults, definition.name);
    const argumentFaults = this.#findArgumentFaults(request);
    if (argumentFaults.length > 0) throw new RefusedCall("bad_arguments", argumentFaults, definition.name);
    const decision = decideRetry(attempted, request, policy, this.#parts.now());
    if (!decision.retry) throw decision.error;
    // There is no task to be run again: Celery raises the error itself.
    if (task.here === "direct" && request.exc !== undefined) throw request.exc;
    const retry = new Retry(decision.delay, request.exc === undefined ? undefined : { cause: request.exc });
    if (throws) throw retry;
    this.#pending = retry;
    return retry;
  }

  async #addToChord(signature: AnySignature): Promise<unknown> {
    this.#requireTask("addToChord");
    const tree = await this.#parts.addToChord(jsonOf(signature));
    return Signature.opened(signature).home?.resultOf(tree) ?? null;
  }

  #requireTask(asked: string): void {
    if (this.#parts.task.here !== "direct") return;
    const { name } = this.#parts.definition;
    throw new CeleriacError("no_task", `${name}: ${asked} needs a task, and the handler was called as a plain function`);
  }

  #findArgumentFaults({ args, kwargs }: RetryRequest): Fault[] {
    if (args === undefined && kwargs === undefined) return [];
    const { definition, attempted } = this.#parts;
    return findArgumentFaults(definition, args ?? attempted.args, kwargs ?? attempted.kwargs);
  }

  async #update(update: StateUpdate): Promise<boolean> {
    const { task, definition } = this.#parts;
    const { state, meta } = readUpdate(update, task.granted.id, definition.name);
    if (!task.open) return false;
    return this.#parts.update(state, meta);
  }
}

function jsonOf(signature: AnySignature): SignatureJson {
  return writeSignature(Signature.opened(signature).parts);
}
