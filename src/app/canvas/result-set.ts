import { systemClock } from "../../clock.ts";
import { CeleriacError, TimeoutError } from "../../core/errors.ts";
import type { AsyncResult, GetOptions } from "../async-result.ts";
import type { Revocation } from "../transport.ts";

/** How often the results that are left are looked at while one after the other is waited for: seconds. */
const SHORTEST_WAIT = 0.05;
const LONGEST_WAIT = 1;

/** Celery's `ResultSet`: results of tasks that were sent one by one, waited for together. What was sent as a group has a `GroupResult`. */
export class ResultSet<R = unknown> {
  readonly #results: AsyncResult<R>[] = [];

  /** Each result counts once, by its id. */
  constructor(results: Iterable<AsyncResult<R>> = []) {
    for (const result of results) this.add(result);
  }

  /** The results, in the order in which they were added. */
  get results(): readonly AsyncResult<R>[] {
    return this.#results;
  }

  /** Adds a result; one that is there already changes nothing. */
  add(result: AsyncResult<R>): this {
    if (!this.#results.some(({ id }) => id === result.id)) this.#results.push(result);
    return this;
  }

  /** Takes a result out. @throws CeleriacError ("unknown") when it is not there: see `discard` */
  remove(result: AsyncResult<R> | string): this {
    if (!this.#take(result)) throw new CeleriacError("unknown", `expected a result of the set, got ${idOf(result)}`);
    return this;
  }

  /** Takes a result out if it is there. */
  discard(result: AsyncResult<R> | string): this {
    this.#take(result);
    return this;
  }

  /** Takes all results out. */
  clear(): this {
    this.#results.length = 0;
    return this;
  }

  /**
   * Waits until all have ended and answers what they returned, in order; throws the error of the first, in that order, that did not succeed. With `propagate: false` errors stand in the
   * places of their tasks. Throws `TimeoutError` when `timeout` seconds are over for all together.
   */
  async get({ timeout, propagate = true }: GetOptions = {}): Promise<(R | Error)[]> {
    const deadline = timeout === undefined ? undefined : systemClock.now() + timeout * 1000;
    const values: (R | Error)[] = [];
    for (const result of this.#results) {
      const left = deadline === undefined ? {} : { timeout: Math.max(0, (deadline - systemClock.now()) / 1000) };
      values.push(propagate ? await result.get(left) : await result.get({ ...left, propagate: false }));
    }
    return values;
  }

  /** Celery's other name for `get`. */
  join(options: GetOptions = {}): Promise<(R | Error)[]> {
    return this.get(options);
  }

  /** The results as their tasks end, in whatever way, the first one first (Celery's `iter_native`). */
  async *[Symbol.asyncIterator](): AsyncGenerator<AsyncResult<R>, void> {
    let left = [...this.#results];
    for (let wait = SHORTEST_WAIT; left.length > 0; wait = Math.min(LONGEST_WAIT, wait * 2)) {
      const ended = await Promise.all(left.map((result) => result.ready()));
      for (const [index, result] of left.entries()) if (ended[index] === true) yield result;
      left = left.filter((_, index) => ended[index] !== true);
      if (left[0] !== undefined) await waitFor(left[0], wait);
    }
  }

  /** Whether all have ended, in whatever way. */
  async ready(): Promise<boolean> {
    return (await this.#ask((result) => result.ready())).every(Boolean);
  }

  /** Whether all have succeeded. */
  async successful(): Promise<boolean> {
    return (await this.#ask((result) => result.successful())).every(Boolean);
  }

  /** Whether one has failed. */
  async failed(): Promise<boolean> {
    return (await this.#ask((result) => result.failed())).some(Boolean);
  }

  /** Whether one has yet to end. */
  async waiting(): Promise<boolean> {
    return !(await this.ready());
  }

  /** How many have succeeded. */
  async completedCount(): Promise<number> {
    return (await this.#ask((result) => result.successful())).filter(Boolean).length;
  }

  /** Revokes all: see `AsyncResult.revoke`. Answers what became of each. */
  revoke(options: { terminate?: boolean } = {}): Promise<Revocation[]> {
    return this.#ask((result) => result.revoke(options));
  }

  /** Takes all results away. @throws CeleriacError ("unfinished") while one has not ended */
  async forget(): Promise<void> {
    await this.#ask((result) => result.forget());
  }

  #ask<T>(question: (result: AsyncResult<R>) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#results.map(question));
  }

  #take(result: AsyncResult<R> | string): boolean {
    const index = this.#results.findIndex(({ id }) => id === idOf(result));
    return index !== -1 && this.#results.splice(index, 1).length === 1;
  }
}

function idOf(result: { id: string } | string): string {
  return typeof result === "string" ? result : result.id;
}

/** Until the task has ended, or so many seconds are over. */
async function waitFor(result: AsyncResult<unknown>, timeout: number): Promise<void> {
  try {
    await result.get({ timeout, propagate: false });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
}
