import type { StoredOutcome } from "../core/outcomes.ts";
import type { Lease } from "./lease.ts";

/** Why a task fails that is never started twice. */
export const ONCE = "The consumer was lost: the task may have started, and is never started twice.";

/** How a task ends whose consumer was lost. `now`: milliseconds since 1970. */
export function lost(lease: Lease, message: string, now: number): StoredOutcome {
  const result = JSON.stringify({ exc_type: "WorkerLostError", exc_message: [message], exc_module: "billiard.exceptions" });
  return { state: "FAILURE", result, traceback: null, worker: lease.consumer, startedAt: lease.since, doneAt: now };
}

/** Why a task fails that was lost so many times while it ran alone. */
export function lostAloneText(times: number): string {
  return `The consumer was lost ${times === 1 ? "once" : `${times} times`} while it ran this task alone.`;
}
