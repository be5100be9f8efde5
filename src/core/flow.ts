/**
 * What a handler throws to say how its attempt ends, other than by failing (Celery's flow exceptions). They are thrown, so they are
 * classes; none of them is ever retried automatically, and none reaches who waits for the result, but for a `Reject` that ends the task.
 */

/** When and with what the next attempt is made. What is absent stays as it was: id, headers, expiry and limits always do. */
export interface Delay {
  /** Milliseconds since 1970; never before `now`. */
  due: number;
  /** What `retries` will be. */
  retries: number;
  args?: readonly unknown[];
  kwargs?: Readonly<Record<string, unknown>>;
  queue?: string;
  priority?: number;
}

/** The attempt ends here and the same task is run again: thrown by `task.retry(…)`. */
export class Retry extends Error {
  /** What was decided: when, and with what. */
  readonly delay: Delay;

  constructor(delay: Delay, options?: ErrorOptions) {
    super(`Retry at ${new Date(delay.due).toISOString()}`, options);
    this.name = "Retry";
    this.delay = delay;
  }
}

/**
 * The attempt ends and no state is written: what `updateState` wrote last stands. Unlike in Celery the task is over for the broker: it
 * ends as SUCCESS without a result if nothing was written, so that nobody waits for it for ever (CELERY.md 14.3).
 */
export class Ignore extends Error {
  constructor(reason = "ignored") {
    super(reason);
    this.name = "Ignore";
  }
}

/** The attempt is refused: with `requeue` the task is granted again as it was, else it ends as FAILURE `Reject`. */
export class Reject extends Error {
  readonly requeue: boolean;

  constructor(reason = "rejected", requeue = false) {
    super(reason);
    this.name = "Reject";
    this.requeue = requeue;
  }
}

/** The attempt ends here and a canvas takes its task's place: thrown by `task.replace(…)`. */
export class Replace extends Error {
  /** The JSON of its signature. */
  readonly by: object;

  constructor(by: object) {
    super("replaced by a new task");
    this.name = "Replace";
    this.by = by;
  }
}

/** Whether something thrown is one of these, by class or, for one from another copy of the library, by name. */
export function isFlow(error: unknown): boolean {
  if (error instanceof Retry || error instanceof Ignore || error instanceof Reject || error instanceof Replace) return true;
  return error instanceof Error && NAMES.has(error.name);
}

const NAMES: ReadonlySet<string> = new Set(["Retry", "Ignore", "Reject", "Replace"]);
