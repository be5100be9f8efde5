import type { Aborted } from "../broker/api.ts";
import type { Timers } from "../clock.ts";
import type { Outcome } from "../core/result.ts";
import type { RunningTask } from "./running-task.ts";

/** How long (milliseconds) the handlers of terminated tasks may clean up when nothing else is left to do. */
const CLEAN_UP = 5_000;

/** Terminated tasks whose handlers have not returned. With the end of its consumer's work the platform stops them: they have a moment before. */
export class TerminatedTasks {
  readonly #timers: Timers;
  readonly #tasks = new Set<RunningTask>();
  #onEmpty: () => void = () => {};

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  add(task: RunningTask): void {
    this.#tasks.add(task);
  }

  /** A handler has returned. */
  returned(task: RunningTask): void {
    if (this.#tasks.delete(task) && this.#tasks.size === 0) this.#onEmpty();
  }

  /** Resolves when all have returned, or after five seconds. */
  async letCleanUp(): Promise<void> {
    if (this.#tasks.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#timers.after(CLEAN_UP, resolve);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** One key for an attempt at a slot. */
export function attemptKey({ page, slot, attempt }: Aborted): string {
  return `${page} ${slot} ${attempt}`;
}

/** What is reported of a terminated attempt: the broker has ended its task already, and hears only that the consumer knows. */
export function terminated({ granted: { page, slot, attempt }, startedAt }: RunningTask, endedAt: number): Outcome {
  return { page, slot, attempt, state: "REVOKED", result: "null", traceback: null, startedAt, endedAt };
}
