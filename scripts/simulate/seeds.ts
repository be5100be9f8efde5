import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { runHistory } from "./history.ts";
import { addHistory, addSummary, emptySummary, type Summary } from "./summary.ts";

/** So many histories are handed to a thread at a time. */
const SLICE = 50;

/** Seeds to play. */
export interface SeedRange {
  from: number;
  count: number;
}

/** Plays the histories of seeds in a row. */
export async function playSeeds({ from, count }: SeedRange): Promise<Summary> {
  const summary = emptySummary();
  for (let seed = from; seed < from + count; seed++) addHistory(summary, await runHistory(seed));
  return summary;
}

/**
 * The same in so many threads. `progress` is told after each slice; it ends early, with what is under way, when a history has
 * broken an invariant.
 */
export function playSeedsInThreads(range: SeedRange, threads: number, progress: (summary: Summary) => void = () => {}): Promise<Summary> {
  const summary = emptySummary();
  const end = range.from + range.count;
  let next = range.from;
  return new Promise((resolve, reject) => {
    let running = 0;
    const over = (worker: Worker) => {
      void worker.terminate();
      running -= 1;
      if (running === 0) {
        summary.broken.sort((one, other) => one.seed - other.seed);
        resolve(summary);
      }
    };
    const hand = (worker: Worker) => {
      if (next >= end || summary.broken.length > 0) {
        over(worker);
        return;
      }
      worker.postMessage({ ...range, from: next, count: Math.min(SLICE, end - next) } satisfies SeedRange);
      next += SLICE;
    };
    for (let index = 0; index < threads; index++) {
      const worker = new Worker(join(import.meta.dirname, "thread.ts"));
      running += 1;
      worker.on("message", (more: Summary) => {
        addSummary(summary, more);
        progress(summary);
        hand(worker);
      });
      worker.on("error", reject);
      hand(worker);
    }
  });
}
