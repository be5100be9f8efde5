import type { TaskContext, TaskRequest } from "../app/context.ts";
import type { GrantedTask } from "../broker/api.ts";
import type { Line } from "../core/call.ts";

/** What all tasks of one claim loop share. */
export interface Host {
  /** The consumer's name. */
  consumer: string;
  queue: string;
  /** The Worker script's bindings. */
  env: unknown;
}

/** A granted task from its start to its outcome. */
export class RunningTask {
  readonly granted: GrantedTask;
  readonly host: Host;
  #controller: AbortController | undefined;
  #lost: string | undefined;

  constructor(granted: GrantedTask, host: Host) {
    this.granted = granted;
    this.host = host;
  }

  /** Aborted when the lease is lost. Made when it is first asked for: few tasks do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#lost !== undefined) this.#controller.abort(abortion(this.#lost));
    return this.#controller.signal;
  }

  /** Aborts the signal: the lease is lost, and the outcome is not accepted any more. `why` is told to the handler. */
  abandon(why: string): void {
    this.#lost = why;
    this.#controller?.abort(abortion(why));
  }

  /** Whether `abandon` was called. */
  get abandoned(): boolean {
    return this.#lost !== undefined;
  }
}

/** The context that a handler with `{ bind: true }` is given; its parts are made when they are asked for. */
export class RunningContext implements TaskContext {
  readonly env: unknown;
  readonly #task: RunningTask;
  readonly #line: Line;
  #request: TaskRequest | undefined;

  constructor(task: RunningTask, line: Line) {
    this.env = task.host.env;
    this.#task = task;
    this.#line = line;
  }

  get signal(): AbortSignal {
    return this.#task.signal;
  }

  get request(): TaskRequest {
    this.#request ??= describeRequest(this.#task, this.#line);
    return this.#request;
  }
}

function describeRequest(task: RunningTask, line: Line): TaskRequest {
  const { granted, host } = task;
  return {
    id: granted.id,
    task: line.task,
    args: line.args ?? [],
    kwargs: line.kwargs ?? {},
    retries: 0,
    deliveries: granted.attempt,
    queue: host.queue,
    hostname: host.consumer,
    eta: granted.due === undefined ? null : new Date(granted.due),
    expires: granted.expires === undefined ? null : new Date(granted.expires),
    headers: line.headers ?? {},
  };
}

function abortion(why: string): DOMException {
  return new DOMException(why, "AbortError");
}
