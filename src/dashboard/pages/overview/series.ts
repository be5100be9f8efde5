/** What `GET /v1/series` answers: what happened, interval after interval. Each list has one value for each of them. */
export interface Series {
  resolution_seconds: number;
  /** Where the first interval begins: milliseconds since 1970. */
  from: number;
  series: {
    received: number[];
    succeeded: number[];
    failed: number[];
    retried: number[];
    revoked: number[];
    run_seconds_sum: number[];
    /** Empty: not known. */
    wait_seconds_sum: number[];
    /** How many waited; null: nobody looked. */
    waiting: (number | null)[];
  };
}

/** How far back a chart goes. */
export type Over = "15m" | "hour" | "day";

/** What charts are drawn from: rates a second, shares and means. */
export interface Drawn {
  times: number[];
  succeeded: number[];
  failed: number[];
  retried: number[];
  received: number[];
  /** Failures of what ended, from 0 to 100; null: nothing ended. */
  failureShare: (number | null)[];
  /** Mean seconds; null: nothing ran. */
  run: (number | null)[];
  wait: (number | null)[];
  waiting: (number | null)[];
}

/** Makes of counts what is drawn. The interval that is not over yet is left out: it would look like a fall. */
export function drawnOf({ resolution_seconds: seconds, from, series }: Series, now: number): Drawn {
  const whole = Math.min(series.received.length, Math.floor((now - from) / (seconds * 1000)));
  const each = <V>(make: (index: number) => V): V[] => Array.from({ length: Math.max(0, whole) }, (_, index) => make(index));
  const rate = (counts: readonly number[]) => each((index) => (counts[index] ?? 0) / seconds);
  const ended = each((index) => (series.succeeded[index] ?? 0) + (series.failed[index] ?? 0));
  const mean = (sums: readonly number[]) =>
    each((index) => (ended[index] && sums.length > 0 ? (sums[index] ?? 0) / (ended[index] ?? 1) : null));
  return {
    times: each((index) => from / 1000 + (index + 1) * seconds),
    succeeded: rate(series.succeeded),
    failed: rate(series.failed),
    retried: rate(series.retried),
    received: rate(series.received),
    failureShare: each((index) => (ended[index] ? (100 * (series.failed[index] ?? 0)) / (ended[index] ?? 1) : null)),
    run: mean(series.run_seconds_sum),
    wait: mean(series.wait_seconds_sum),
    waiting: each((index) => series.waiting[index] ?? null),
  };
}
