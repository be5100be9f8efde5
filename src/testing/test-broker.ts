/**
 * For people who test their own tasks (`celeriac/testing`): an app on a broker in memory, in plain vitest or any other runner, without workerd.
 *
 *     import { testBroker } from "celeriac/testing";
 *     import { app, signUp, sendMail } from "../src/tasks.ts";
 *
 *     it("sends a mail, and another after a day", async () => {
 *       using broker = testBroker(app, { now: "2026-12-24T18:00:00Z" });
 *       await signUp.delay("ann@example.com");
 *       await broker.run();
 *       expect(broker.sentTo(sendMail)).toMatchObject([{ args: ["welcome"] }, { args: ["how is it?"], options: { eta: … } }]);
 *     });
 */
import type { Celeriac } from "../app/celeriac.ts";
import { SettledTasks } from "../app/settled-tasks.ts";
import type { Task } from "../app/task.ts";
import type { Workflow } from "../core/canvas/workflow.ts";
import type { Config } from "../core/config.ts";
import { readConfig } from "../core/config.ts";
import { CeleriacError } from "../core/errors.ts";
import { describeValue } from "../core/json-value.ts";
import type { Outcome } from "../core/result.ts";
import { overlay } from "../core/settings.ts";
import type { LogLevel } from "../log.ts";
import { createLog } from "../log.ts";
import type { RunParts } from "../worker/run-task.ts";
import { runTask } from "../worker/run-task.ts";
import { RunningTask } from "../worker/running-task.ts";
import { TaskLog } from "../worker/task-log.ts";
import { MemoryBroker } from "./memory-broker.ts";
import type { MemoryTask } from "./memory-task.ts";
import { TEST_CONSUMER } from "./memory-task.ts";
import type { SentCall } from "./sent-call.ts";
import { readSent } from "./sent-call.ts";
import { TestClock } from "./test-clock.ts";

/** How a test's broker is to be. */
export interface TestBrokerOptions {
  /** What the clock shows at first: a Date, ISO-8601 text, or milliseconds since 1970. Default: 2026-01-01T00:00:00Z, so that a test does not depend on the day it runs. */
  now?: Date | string | number;
  /** The settings of `[vars.celeryconfig]`, by the same names; they win over those that the app gives in code. Default: none, and every queue there is. */
  config?: Readonly<Record<string, unknown>>;
  /** The bindings that handlers are given as `env`. Default: `{}`. */
  env?: unknown;
  /** Run every call where it is made, before `delay` resolves: no `run` is needed, and neither countdown nor the delay of a retry counts. Default false. */
  eager?: boolean;
  /** Print the worker's log from this level on. Default: it is not printed. */
  loglevel?: LogLevel;
}

const FIRST_DAY = "2026-01-01T00:00:00Z";

/**
 * Connects an app to a broker in memory, until it is closed. Calls are checked, written as JSON and kept; `run` runs what is due with the
 * worker's own code: retries, expiry, priorities, results and errors are as in production, in one thread, one task at a time. Limits of rate and
 * concurrency are not held; the jitter of a backoff is its whole wait. `get()` of a result runs what is due, too. Throws `ImproperlyConfigured` when `config` is wrong.
 */
export function testBroker(app: Celeriac, options: TestBrokerOptions = {}): TestBroker {
  return new TestBroker(app, options);
}

/** Made by `testBroker`. */
export class TestBroker implements Disposable {
  readonly #app: Celeriac;
  readonly #broker: MemoryBroker;
  readonly #config: Config;
  readonly #disconnect: () => void;
  readonly #clock: TestClock;
  #seen = 0;

  constructor(app: Celeriac, options: TestBrokerOptions) {
    const { env = {}, eager = false, loglevel, config: table = {} } = options;
    this.#app = app;
    this.#clock = new TestClock(options.now ?? FIRST_DAY);
    const given = "task_queues" in table || app.conf.taskQueues !== undefined ? table : { task_create_missing_queues: true, ...table };
    this.#config = readConfig(overlay(app.conf, given)).config;
    const clock = this.#clock;
    const log = new TaskLog(loglevel === undefined ? SILENT : createLog({ level: loglevel, process: TEST_CONSUMER, clock }));
    const parts: RunParts = {
      registry: new SettledTasks(app, this.#config),
      clock,
      timers: clock,
      chance: wholeWait,
      log,
      config: this.#config,
      signals: app.signals,
    };
    const run = async (task: MemoryTask): Promise<Outcome> => {
      const update = async (_: unknown, state: string, meta: string) => task.note(state, meta);
      const add = async (_: unknown, added: Workflow) => this.#broker.addToGroup(task.id, added);
      const host = { consumer: TEST_CONSUMER, queue: task.queue, env, update, add };
      return runTask(new RunningTask(grant(task), host), parts);
    };
    this.#broker = new MemoryBroker({ clock, run, eager });
    this.#disconnect = app.connect({ transport: this.#broker, config: this.#config, clock, env });
  }

  /** What the clock shows. */
  get now(): Date {
    return new Date(this.#clock.now());
  }

  /** All calls that were sent since the beginning or the last `clear`, in their order: those of the test, and those of tasks that ran. */
  get sent(): SentCall[] {
    const calls = [...this.#broker.tasks.values()].slice(this.#seen);
    return calls.map((task) => readSent(task.id, task.call, this.#config.timezone));
  }

  /** Those of one task, given itself or by its name. */
  sentTo(task: Pick<Task, "name"> | string): SentCall[] {
    const name = typeof task === "string" ? task : task.name;
    return this.sent.filter((call) => call.task === name);
  }

  /** Forgets what was sent, for `sent` alone: the tasks go on. */
  clear(): void {
    this.#seen = this.#broker.tasks.size;
  }

  /** Moves the clock on, and starts nothing; time limits of what runs meanwhile are felt. Throws `CeleriacError` ("bad_option") for what is no number of seconds, 0 or more. */
  advance(seconds: number): this {
    if (!(Number.isFinite(seconds) && seconds >= 0)) {
      throw new CeleriacError("bad_option", `advance: expected a number of seconds, 0 or more, got ${describeValue(seconds)}`);
    }
    this.#clock.moveTo(this.#clock.now() + Math.round(seconds * 1000));
    return this;
  }

  /**
   * Runs everything that is due, also what is sent meanwhile, and answers how many attempts it made. A failing task fails for itself: its result tells. Throws
   * `CeleriacError` ("endless") after 10,000 attempts.
   */
  run(): Promise<number> {
    return this.#broker.runDue();
  }

  /** Runs everything there is, moving the clock on to what waits (an eta, a retry) until nothing does. Answers and throws as `run`. */
  async runAll(): Promise<number> {
    let attempts = await this.run();
    for (let due = this.#broker.nextDue(); due !== undefined; due = this.#broker.nextDue()) {
      if (attempts > MOST_ATTEMPTS) throw new CeleriacError("endless", `${attempts} attempts were made, and something still waits`);
      this.#clock.moveTo(due);
      attempts += await this.run();
    }
    return attempts;
  }

  /** Connects the app to what it was connected to before, if to anything. `using` does it by itself. */
  close(): void {
    this.#disconnect();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** `TestBroker(tasks)`, for messages. */
  toString(): string {
    return `TestBroker(${this.#app.name})`;
  }
}

const MOST_ATTEMPTS = 10_000;

function grant(task: MemoryTask) {
  const { id, line, number, attempt, retries, call, expires } = task;
  const granted = { page: 1, slot: number, attempt, id, line, retries };
  return {
    ...granted,
    ...(call.due === undefined ? {} : { due: call.due }),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** Jitter is the whole wait of a backoff, so that a test knows when a retry is due. */
const wholeWait = () => 0.999_999;

const nothing = () => {};
const SILENT = { debug: nothing, info: nothing, warning: nothing, error: nothing, level: "error" } as const;
