import type { AddedToGroup, GrantedTask } from "../broker/api.ts";
import type { Workflow } from "../core/canvas/workflow.ts";
import type { SetTimeLimits } from "../core/time-limits.ts";

/** What all tasks of one claim loop share. */
export interface Host {
  /** The consumer's name. */
  consumer: string;
  queue: string;
  /** The Worker script's bindings. */
  env: unknown;
  /** How far this consumer's clock is ahead of the broker's (milliseconds), as far as is known. Absent: not at all. */
  ahead?: number;
  /** The time limits that operators have set, by task. Absent: none. */
  timeLimits?: Readonly<Record<string, SetTimeLimits>> | undefined;
  /** Writes a state and its `meta` (JSON text) of a task that is held; false: it is not held any more. Absent: nothing is ever held. */
  update?(granted: GrantedTask, state: string, meta: string): Promise<boolean>;
  /** Adds a canvas to the group of a task that is held. Absent: nothing is ever held. */
  add?(granted: GrantedTask, added: Workflow): Promise<AddedToGroup>;
}

/** A granted task from its start to its outcome. */
export class RunningTask {
  readonly granted: GrantedTask;
  readonly host: Host;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #abandoned = false;
  #over = false;
  #onAbandon: ((reason: Error) => void) | undefined;

  constructor(granted: GrantedTask, host: Host, startedAt = 0) {
    this.granted = granted;
    this.host = host;
    this.startedAt = startedAt;
  }

  /** Aborted by `interrupt` and `abandon`. Made when it is first asked for: few tasks do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Aborts the signal with that reason. The attempt goes on, and its outcome counts. The first reason stays. */
  interrupt(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }

  /** Aborts the signal: the outcome is not accepted any more. The handler is told the reason: `TaskRevokedError` when it was terminated. */
  abandon(reason: Error): void {
    if (this.#abandoned) return;
    this.#abandoned = true;
    this.interrupt(reason);
    this.#onAbandon?.(reason);
  }

  /** Calls `callback` when it is abandoned. */
  onAbandon(callback: (reason: Error) => void): void {
    this.#onAbandon = callback;
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
