/**
 * Lanes: what waits in one Celery queue under one limit and key waits in a lane of its own, so that it never stands before others. The lane's
 * name is the page's `queue` on disk: that of the Celery queue where there is no limit, else queue, limit and key.
 */
import type { CallLimits } from "./call.ts";

/** Stands in no name of a queue or task; the key comes last, for it may be any text. */
const SEPARATOR = "\u001f";

/** What a lane's name says. */
export interface LaneName {
  /** The Celery queue. */
  queue: string;
  /** The limit's name; absent: the lane of all that have none. */
  limit?: string;
  /** The concurrency key; absent: its tasks have none. */
  key?: string;
}

/** The lane of a call. */
export function laneName(queue: string, limits: CallLimits | undefined): string {
  if (limits === undefined) return queue;
  const lane = queue + SEPARATOR + limits.name;
  return limits.concurrency === undefined ? lane : lane + SEPARATOR + limits.concurrency.key;
}

/** Reads a lane's name. */
export function readLane(name: string): LaneName {
  const queue = queueOf(name);
  if (queue === name) return { queue };
  const rest = name.slice(queue.length + 1);
  const end = rest.indexOf(SEPARATOR);
  return end < 0 ? { queue, limit: rest } : { queue, limit: rest.slice(0, end), key: rest.slice(end + 1) };
}

/** The Celery queue that a lane belongs to. */
export function queueOf(name: string): string {
  const end = name.indexOf(SEPARATOR);
  return end < 0 ? name : name.slice(0, end);
}

/** The lane of the same limit and key in another Celery queue. */
export function movedLane(name: string, queue: string): string {
  return queue + name.slice(queueOf(name).length);
}
