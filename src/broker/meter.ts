import type { Clock, Timers } from "../clock.ts";
import { noUnits, type ShardStats, type Units } from "../core/units.ts";
import type { Sql } from "./store/sql.ts";
import { TaskTallies } from "./task-tallies.ts";

/** Counts what the object is billed for, in memory: counting costs no rows. */
export class Meter {
  readonly tasks = new TaskTallies();
  readonly #units: Units = noUnits();
  readonly #clock: Clock;
  readonly #sql: Sql;
  readonly #since: number;
  /** What keeps the object awake now, and since when something has. */
  #reasons = 0;
  #awakeSince = 0;

  constructor(clock: Clock, sql: Sql) {
    this.#clock = clock;
    this.#sql = sql;
    this.#since = clock.now();
  }

  /** Counts what is not seen elsewhere. */
  count(unit: "objectRequests" | "workerRequests" | "messagesSent" | "messagesReceived" | "alarmsSet", amount = 1): void {
    this.#units[unit] += amount;
  }

  /** Something keeps the object awake from now on; call what it answers when that is over, once. */
  awake(): () => void {
    if (this.#reasons++ === 0) this.#awakeSince = this.#clock.now();
    return () => {
      if (--this.#reasons === 0) this.#units.awakeMilliseconds += this.#clock.now() - this.#awakeSince;
    };
  }

  /** The same timers; the object counts as awake while one runs. */
  timers(timers: Timers): Timers {
    return {
      after: (milliseconds, callback) => {
        const over = this.awake();
        const cancel = timers.after(milliseconds, () => {
          over();
          callback();
        });
        return () => {
          over();
          cancel();
        };
      },
    };
  }

  /** Counts a call and the time until it is answered. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    this.count("objectRequests");
    const over = this.awake();
    try {
      return await work();
    } finally {
      over();
    }
  }

  stats(shard: number): ShardStats {
    const running = this.#reasons > 0 ? this.#clock.now() - this.#awakeSince : 0;
    const { rowsRead, rowsWritten } = this.#sql;
    const units = { ...this.#units, rowsRead, rowsWritten, awakeMilliseconds: this.#units.awakeMilliseconds + running };
    const { accepted, ended, expired } = this.tasks;
    return { shard, since: this.#since, tasks: { accepted, ended, expired }, units, byTask: this.tasks.series() };
  }
}
