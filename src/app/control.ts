import { ImproperlyConfigured } from "../core/errors.ts";
import { readRateLimit } from "../core/rate-limit.ts";
import type { ConnectionHolder } from "./connection.ts";

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

  /** Has nothing of a queue handed out until it is resumed (Celery's `cancel_consumer`); what runs goes on, and what is sent waits. It lasts across deploys. */
  async pause(queue: string): Promise<void> {
    await this.#connection.get().transport.pause(queue);
  }

  /** Has tasks of a queue handed out again (Celery's `add_consumer`). */
  async resume(queue: string): Promise<void> {
    await this.#connection.get().transport.resume(queue);
  }
}
