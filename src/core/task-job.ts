import type { ListFilter } from "./task-list.ts";

/** What is done to many tasks. `retry` and `forget` mean those among them that have ended, `revoke` those that have not. */
export type JobKind = "revoke" | "retry" | "forget";

/** Work on the tasks that a filter means, of those that were accepted before it began. */
export interface TaskJob {
  kind: JobKind;
  filter: ListFilter;
  /** Of `revoke`: end those too that run. */
  terminate: boolean;
  /** Only count them. */
  dryRun: boolean;
}

/** How far a job is. */
export interface JobProgress extends TaskJob {
  /** To how many tasks it was done. */
  done: number;
  /** When it came to its end: milliseconds since 1970; null: it goes on. */
  doneAt: number | null;
}

/** How far all shards together are: at the end when each of them is. */
export function sumOfJobs(parts: readonly [JobProgress, ...JobProgress[]]): JobProgress {
  const done = parts.reduce((sum, part) => sum + part.done, 0);
  const ends = parts.map(({ doneAt }) => doneAt);
  const doneAt = ends.includes(null) ? null : Math.max(...ends.map((end) => end ?? 0));
  return { ...parts[0], done, doneAt };
}
