import type { FeedEvent } from "../../feed.ts";
import type { Series } from "./series.ts";

const SECONDS = 5;
/** A quarter of an hour. */
const INTERVALS = 180;

const COUNTED: Readonly<Record<string, keyof Series["series"]>> = {
  "task-received": "received",
  "task-succeeded": "succeeded",
  "task-failed": "failed",
  "task-retried": "retried",
  "task-revoked": "revoked",
};

/** Counts the events of the last quarter of an hour, so that what is shown moves between two answers of the deployment. What was before it began is not known to it. */
export class Recorder {
  readonly #began: number;
  readonly #intervals = new Map<number, Partial<Record<keyof Series["series"], number>>>();
  /** Endings of the last seconds, by second. */
  readonly #ended = new Map<number, number>();

  /** @param now milliseconds since 1970, as all instants here */
  constructor(now: number) {
    this.#began = now;
  }

  take(events: readonly FeedEvent[], now: number): void {
    for (const event of events) {
      const kind = COUNTED[event.type];
      const at = (event.timestamp ?? 0) * 1000;
      if (kind === undefined || at < this.#began) continue;
      const number = Math.floor(at / 1000 / SECONDS);
      const interval = this.#intervals.get(number) ?? {};
      this.#intervals.set(number, interval);
      interval[kind] = (interval[kind] ?? 0) + 1;
      if (kind !== "succeeded" && kind !== "failed") continue;
      interval.run_seconds_sum = (interval.run_seconds_sum ?? 0) + (typeof event.runtime === "number" ? event.runtime : 0);
      const second = Math.floor(at / 1000);
      this.#ended.set(second, (this.#ended.get(second) ?? 0) + 1);
    }
    const first = Math.floor(now / 1000 / SECONDS) - INTERVALS;
    for (const number of this.#intervals.keys()) if (number < first) this.#intervals.delete(number);
    for (const second of this.#ended.keys()) if (second < now / 1000 - 60) this.#ended.delete(second);
  }

  /** Takes down how many tasks wait. */
  look(waiting: number, now: number): void {
    const number = Math.floor(now / 1000 / SECONDS);
    this.#intervals.set(number, { ...this.#intervals.get(number), waiting });
  }

  /** Tasks that ended in a second, on average over the last ten whole ones. */
  rate(now: number): number {
    const second = Math.floor(now / 1000);
    const seconds = Math.max(1, Math.min(10, second - Math.floor(this.#began / 1000)));
    let sum = 0;
    for (let back = 1; back <= seconds; back++) sum += this.#ended.get(second - back) ?? 0;
    return sum / seconds;
  }

  /** What it counted, in the form of the deployment's own series. */
  series(now: number): Series {
    const last = Math.floor(now / 1000 / SECONDS);
    const first = Math.max(last - INTERVALS, Math.ceil(this.#began / 1000 / SECONDS));
    const numbers = Array.from({ length: Math.max(0, last - first) }, (_, index) => this.#intervals.get(first + index) ?? {});
    const list = (kind: keyof Series["series"]) => numbers.map((interval) => interval[kind] ?? 0);
    return {
      resolution_seconds: SECONDS,
      from: first * SECONDS * 1000,
      series: {
        received: list("received"),
        succeeded: list("succeeded"),
        failed: list("failed"),
        retried: list("retried"),
        revoked: list("revoked"),
        run_seconds_sum: list("run_seconds_sum"),
        wait_seconds_sum: [],
        waiting: numbers.map((interval) => interval.waiting ?? null),
      },
    };
  }
}
