import { CeleriacError, ImproperlyConfigured } from "../core/errors.ts";
import { readRateLimit } from "../core/rate-limit.ts";
import { findSetLimitFaults, type SetTimeLimits } from "../core/time-limits.ts";
import type { ConnectionHolder } from "./connection.ts";
import type { Revocation } from "./transport.ts";

/** Headers with more JSON than this (characters) are no stamps. */
const LONGEST_STAMPS = 100_000;

/** A task, or its name. */
type Named = string | { name: string };

/** Celery's `app.control`: tells the broker what to do with tasks that were sent. */
export class Control {
  readonly #connection: ConnectionHolder;

  constructor(connection: ConnectionHolder) {
    this.#connection = connection;
  }

  /**
   * Sets how many tasks of a name start a second, minute or hour, over all consumers (Celery's `rate_limit`, there for each worker): `"10/m"`,
   * a number a second; null or 0: no limit; undefined: what the task itself says counts again. It holds until it is set again, across
   * deploys. Of tasks that were called while nothing limited them, those that wait already are not held back.
   * @throws ImproperlyConfigured for what is no rate
   */
  async rateLimit(task: Named, rate: string | number | null | undefined): Promise<void> {
    const name = typeof task === "string" ? task : task.name;
    const read = rate === undefined ? { perSecond: undefined } : readRateLimit(rate);
    if ("fault" in read) throw new ImproperlyConfigured(`control.rateLimit("${name}"): ${read.fault}`);
    await this.#connection.get().transport.limit({ name, perSecond: read.perSecond });
  }

  /**
   * Sets a task's time limits in seconds (Celery's `time_limit`): `app.control.timeLimit(add, { soft: 60, hard: 120 })`; null: none; left out: what the task declares counts again. They
   * hold for attempts that start later, across deploys; a call's own limits win.
   * @throws ImproperlyConfigured with what is wrong with them
   */
  async timeLimit(task: Named, { soft, hard }: SetTimeLimits): Promise<void> {
    const name = typeof task === "string" ? task : task.name;
    const [fault] = findSetLimitFaults({ soft, hard });
    if (fault !== undefined) throw new ImproperlyConfigured(`control.timeLimit("${name}"): ${fault.path}: ${fault.message}`);
    await this.#connection.get().transport.timeLimit({ name, soft, hard });
  }

  /** Has nothing of a queue handed out until it is resumed (Celery's `cancel_consumer`); what runs goes on, and what is sent waits. It lasts across deploys. */
  async pause(queue: string): Promise<void> {
    await this.#connection.get().transport.pause(queue);
  }

  /** Has tasks of a queue handed out again (Celery's `add_consumer`). */
  async resume(queue: string): Promise<void> {
    await this.#connection.get().transport.resume(queue);
  }

  /**
   * Revokes tasks (Celery's `revoke`), durably and at once: what waits ends as REVOKED, what runs goes on and is not run again. With `terminate`
   * what runs ends too: its handler sees `signal` abort within a second. Answers what became of the task, or of each of them.
   */
  revoke(id: string, options?: { terminate?: boolean }): Promise<Revocation>;
  revoke(ids: readonly string[], options?: { terminate?: boolean }): Promise<Revocation[]>;
  async revoke(ids: string | readonly string[], options: { terminate?: boolean } = {}): Promise<Revocation | Revocation[]> {
    const { transport } = this.#connection.get();
    if (typeof ids !== "string") return transport.revoke(ids, options);
    const [revocation = "unknown"] = await transport.revoke([ids], options);
    return revocation;
  }

  /**
   * Revokes the tasks that bear one of these stamps (Celery's `revoke_by_stamped_headers`), and for three hours those that come with one: any
   * header whose value, or one of whose values, they share. Answers how many were there.
   * @throws CeleriacError ("bad_option") for more than 100,000 characters of stamps
   */
  async revokeByStampedHeaders(headers: Readonly<Record<string, unknown>>, options: { terminate?: boolean } = {}): Promise<number> {
    const { length } = JSON.stringify(headers);
    if (length > LONGEST_STAMPS) {
      const message = `headers: expected at most ${LONGEST_STAMPS} characters of JSON, got ${length}: revoke in several calls`;
      throw new CeleriacError("bad_option", message);
    }
    return this.#connection.get().transport.revokeStamps(headers, options);
  }

  /** Ends all that waits in a queue as REVOKED `purged` (Celery's `purge`); default: in all of `task_queues`. What runs goes on. Answers how many tasks. */
  async purge(queue?: string): Promise<number> {
    const { transport, config } = this.#connection.get();
    let purged = 0;
    for (const name of queue === undefined ? config.taskQueues : [queue]) purged += await transport.purge(name);
    return purged;
  }
}
