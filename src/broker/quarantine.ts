import type { Lease } from "./lease.ts";
import type { Queue } from "./queue.ts";

/** Suspects that may stem from one lost consumer start so far apart: whichever of them ends its consumer most likely ends only itself. */
const APART_MILLISECONDS = 1_000;
/**
 * Those that are more than one consumer runs at once are all started within this time. Either several consumers were lost, and no single
 * task is likely at fault; or they are short tasks, of which a consumer takes more, and each has ended when the next one starts.
 */
const ALL_MILLISECONDS = 10_000;

/** What the quarantine knows of the configuration. */
export interface QuarantineLimits {
  /** `worker_concurrency`: as many tasks one consumer runs at once. */
  workerConcurrency: number;
  leaseMilliseconds: number;
}

/**
 * When the next suspect of a queue may be granted (milliseconds since 1970): at once when none is held. Consumers may share an isolate, and
 * locally they share a process: whatever runs beside a task that ends it is lost too. So suspects start apart from those that are held, and
 * one that was lost alone before a whole lease apart. Infinite when nothing is suspect, or a limit holds it back.
 */
export function nextSuspectAt(queue: Queue, leases: Iterable<Lease>, limits: QuarantineLimits, now: number): number {
  const next = queue.suspects > 0 ? queue.suspect(now) : undefined;
  if (next === undefined) return Number.POSITIVE_INFINITY;
  const { workerConcurrency, leaseMilliseconds } = limits;
  const apart = queue.mostSuspects <= workerConcurrency ? APART_MILLISECONDS : ALL_MILLISECONDS / queue.mostSuspects;
  let at = Number.NEGATIVE_INFINITY;
  for (const lease of leases) {
    if (lease.queue !== queue.name || !lease.alone || lease.size === 0) continue;
    const grave = next.lostAlone > 0 || lease.lostAlone > 0;
    at = Math.max(at, lease.grantedAt + (grave ? leaseMilliseconds : apart));
  }
  return at;
}

/** Of leases that ran out together the one whose loss counts against its task: the one granted last, for beside the others all went well until then. */
export function culprit(lost: readonly Lease[]): Lease | undefined {
  let last: Lease | undefined;
  for (const lease of lost) if (lease.alone && (last === undefined || lease.grantedAt >= last.grantedAt)) last = lease;
  return last;
}
