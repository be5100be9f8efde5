/** How often something took how long. Plain data, so that it travels between objects. */
export interface Histogram {
  /** Of each bound how many observations lie at or below it and above the one before; the last of all lies above every bound. */
  counts: number[];
  /** Of all observations, in seconds. */
  sum: number;
}

/** The bounds of Flower's run time histogram (those of Prometheus' Python client), in seconds. */
export const RUN_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The bounds of waiting in a queue, in seconds: a backlog may take hours. */
export const WAIT_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200];

/** A histogram without observations. */
export function noHistogram(bounds: readonly number[]): Histogram {
  return { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
}

/** Adds an observation; a negative one, which clocks that differ can make, counts as 0. */
export function observe(histogram: Histogram, bounds: readonly number[], seconds: number): void {
  const value = Math.max(seconds, 0);
  let bucket = 0;
  while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.sum += value;
}

/** Both together. */
export function addHistograms(one: Histogram, other: Histogram): Histogram {
  return { counts: one.counts.map((count, bucket) => count + (other.counts[bucket] ?? 0)), sum: one.sum + other.sum };
}
