import { type Histogram, noHistogram, observe, RUN_BOUNDS, WAIT_BOUNDS } from "./histogram.ts";
import type { FinalState } from "./state.ts";

/** How often each of Celery's task events would have been sent. */
export interface TaskEvents {
  sent: number;
  received: number;
  started: number;
  succeeded: number;
  failed: number;
  retried: number;
  revoked: number;
  rejected: number;
}

/** How an attempt may end that ran. */
export type RunEnd = "SUCCESS" | "FAILURE" | "RETRY";

/** What was counted of the tasks of one name. Plain data, so that it travels between objects. */
export interface TaskSeries {
  task: string;
  /** When counting began: milliseconds since 1970. */
  since: number;
  events: TaskEvents;
  /** How long attempts ran, by how they ended (`RUN_BOUNDS`); what never ended so is not there. */
  runs: { end: RunEnd; histogram: Histogram }[];
  /** How long tasks waited for a consumer from when they could start (`WAIT_BOUNDS`), by queue. */
  waits: { queue: string; histogram: Histogram }[];
  /** How many wait that could start; those with an eta and those accepted before the object was started are not counted. */
  prefetched: number;
  /** How long the one waited that was started last, in seconds, and when that was; 0 seconds once one has ended. Null: none was started, but such with an eta. */
  prefetch: { seconds: number; at: number } | null;
}

const ENDS: readonly RunEnd[] = ["SUCCESS", "FAILURE", "RETRY"];

/**
 * Counts the tasks of one name as Flower does from Celery's events: what is accepted is sent and received, what is granted is started. Cheap, for it is told of
 * every task: nothing is allocated after the first of its kind.
 */
export class TaskTally {
  readonly task: string;
  readonly #since: number;
  readonly #events: TaskEvents = { sent: 0, received: 0, started: 0, succeeded: 0, failed: 0, retried: 0, revoked: 0, rejected: 0 };
  readonly #runs = new Map<RunEnd, Histogram>();
  readonly #waits = new Map<string, Histogram>();
  #prefetched = 0;
  #waited = -1;
  #startedAt = 0;

  /** @param now milliseconds since 1970 */
  constructor(task: string, now: number) {
    this.task = task;
    this.#since = now;
  }

  /** A task was accepted. @param eta it has an instant of its own */
  accepted(eta: boolean): void {
    this.#events.sent += 1;
    this.#events.received += 1;
    if (!eta) this.#prefetched += 1;
  }

  /** A task that was accepted waits no more: it was granted, or has ended before. @param counted `accepted` was told of it, without an eta */
  left(counted: boolean): void {
    if (counted && this.#prefetched > 0) this.#prefetched -= 1;
  }

  /** An attempt is granted. @param seconds how long it waited from when it could start; undefined: not known */
  started(queue: string, seconds: number | undefined, eta: boolean, now: number): void {
    this.#events.started += 1;
    if (seconds === undefined) return;
    observe(madeOnce(this.#waits, queue, WAIT_BOUNDS), WAIT_BOUNDS, seconds);
    if (eta) return;
    this.#waited = Math.max(0, seconds);
    this.#startedAt = now;
  }

  /** An attempt has run. @param seconds how long */
  ran(end: RunEnd, seconds: number): void {
    if (end === "RETRY") this.#events.retried += 1;
    observe(madeOnce(this.#runs, end, RUN_BOUNDS), RUN_BOUNDS, seconds);
  }

  /** An attempt was refused and is granted again. */
  rejected(): void {
    this.#events.rejected += 1;
  }

  /** A task has ended. */
  ended(state: FinalState): void {
    if (state === "SUCCESS") this.#events.succeeded += 1;
    else if (state === "FAILURE") this.#events.failed += 1;
    else this.#events.revoked += 1;
    if (state !== "REVOKED" && this.#waited > 0) this.#waited = 0;
  }

  /** What was counted so far: a copy. */
  get series(): TaskSeries {
    return {
      task: this.task,
      since: this.#since,
      events: { ...this.#events },
      runs: ENDS.flatMap((end) => {
        const histogram = this.#runs.get(end);
        return histogram === undefined ? [] : [{ end, histogram: copyOf(histogram) }];
      }),
      waits: [...this.#waits].map(([queue, histogram]) => ({ queue, histogram: copyOf(histogram) })),
      prefetched: this.#prefetched,
      prefetch: this.#waited < 0 ? null : { seconds: this.#waited, at: this.#startedAt },
    };
  }
}

function madeOnce<K>(histograms: Map<K, Histogram>, key: K, bounds: readonly number[]): Histogram {
  const before = histograms.get(key);
  if (before !== undefined) return before;
  const made = noHistogram(bounds);
  histograms.set(key, made);
  return made;
}

function copyOf({ counts, sum }: Histogram): Histogram {
  return { counts: [...counts], sum };
}
