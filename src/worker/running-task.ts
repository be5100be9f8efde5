import type { GrantedTask } from "../broker/api.ts";

/** What all tasks of one claim loop share. */
export interface Host {
  /** The consumer's name. */
  consumer: string;
  queue: string;
  /** The Worker script's bindings. */
  env: unknown;
  /** Writes a state and its `meta` (JSON text) of a task that is held; false: it is not held any more. Absent: nothing is ever held. */
  update?(granted: GrantedTask, state: string, meta: string): Promise<boolean>;
}

/** A granted task from its start to its outcome. */
export class RunningTask {
  readonly granted: GrantedTask;
  readonly host: Host;
  #controller: AbortController | undefined;
  #interrupted: { reason: unknown } | undefined;
  #abandoned = false;
  #over = false;

  constructor(granted: GrantedTask, host: Host) {
    this.granted = granted;
    this.host = host;
  }

  /** Aborted by `interrupt` and `abandon`. Made when it is first asked for: few tasks do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#interrupted !== undefined) this.#controller.abort(this.#interrupted.reason);
    return this.#controller.signal;
  }

  /** Aborts the signal with that reason. The attempt goes on, and its outcome counts. The first reason stays. */
  interrupt(reason: unknown): void {
    this.#interrupted ??= { reason };
    this.#controller?.abort(reason);
  }

  /** Aborts the signal: the lease is lost or the task was ended, and the outcome is not accepted any more. `why` is told to the handler. */
  abandon(why: string, reason: unknown = new DOMException(why, "AbortError")): void {
    this.#abandoned = true;
    this.interrupt(reason);
  }

  /** Whether `abandon` was called. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** The attempt has come to its end: what the handler still does counts for nothing. */
  close(): void {
    this.#over = true;
  }

  /** Whether anything that the handler does can still count. */
  get open(): boolean {
    return !this.#over && !this.#abandoned;
  }
}
