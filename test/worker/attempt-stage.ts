import type { Signals } from "../../src/app/signals.ts";
import type { GrantedTask } from "../../src/broker/api.ts";
import type { Clock, Timers } from "../../src/clock.ts";
import type { Line } from "../../src/core/call.ts";
import type { Outcome } from "../../src/core/result.ts";
import type { RetryPolicy } from "../../src/core/retry.ts";
import { defaultRetryPolicy } from "../../src/core/retry.ts";
import type { RunnableTask } from "../../src/worker/run-task.ts";
import { runTask } from "../../src/worker/run-task.ts";
import type { Host } from "../../src/worker/running-task.ts";
import { RunningTask } from "../../src/worker/running-task.ts";
import { TaskLog } from "../../src/worker/task-log.ts";
import type { Handler } from "./stage.ts";
import { aLog, aRegistry, aTask, settle } from "./stage.ts";

/** Half past ten. */
export const NOW = Date.UTC(2026, 10, 22, 10, 30);

/** A clock that stands still until it is moved, and the timers on it. */
export class StillTime implements Clock, Timers {
  #now = NOW;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get set(): number {
    return this.#timers.size;
  }

  /** Moves the clock on, and calls back what has become due, in its order. */
  async advance(seconds: number): Promise<void> {
    const until = this.#now + seconds * 1000;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await settle();
    }
    this.#now = until;
  }
}

/** How an attempt is made: all but the handler has a default. */
export interface Setup {
  definition?: Partial<RunnableTask>;
  policy?: Partial<RetryPolicy>;
  line?: Partial<Line>;
  granted?: Partial<GrantedTask>;
  update?: Host["update"];
  signals?: Signals;
  chance?: number;
}

/** An attempt at the task `tasks.it` under way: its outcome, its log, and the time it runs in. */
export function attempt(handler: Handler, setup: Setup = {}) {
  const time = new StillTime();
  const log = aLog();
  const { policy, signals, chance = 0, update } = setup;
  const retry = policy === undefined ? undefined : { ...defaultRetryPolicy, ...policy };
  const definition = aTask("tasks.it", handler, { ...(retry === undefined ? {} : { retry }), ...setup.definition });
  const line = JSON.stringify({ task: "tasks.it", ...setup.line });
  const task = new RunningTask(
    { page: 3, slot: 7, attempt: 1, id: "the-id", line, ...setup.granted },
    { consumer: "celeriac@test", queue: "celery", env: {}, update },
  );
  const parts = { registry: aRegistry({ "tasks.it": definition }), clock: time, timers: time, log: new TaskLog(log), chance: () => chance };
  const outcome = runTask(task, { ...parts, signals });
  return { outcome, time, log, task };
}

/** What an outcome says of its error: state, class and message. */
export function errorOf(outcome: Outcome): [string, string, unknown] {
  const { exc_type: type, exc_message: message } = JSON.parse(outcome.result);
  return [outcome.state, type, message[0]];
}

/** The next attempt that an outcome asks for, its due instant in seconds from now. */
export function againOf(outcome: Outcome) {
  if (outcome.state !== "RETRY") return undefined;
  const { due, ...again } = outcome.again;
  return { ...again, inSeconds: (due - NOW) / 1000 };
}
