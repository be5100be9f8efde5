/** How one attempt at a task ends, by what its handler threw: the one decision that workers and eager runs share. */
import { TaskRevokedError } from "./errors.ts";
import type { Delay } from "./flow.ts";
import { Ignore, Reject, Replace, Retry } from "./flow.ts";
import type { Attempted, RetryPolicy } from "./retry.ts";
import { decideAutoretry, isExpected } from "./retry.ts";

/** An attempt that ended, and what is to be kept of it. */
export type AttemptEnd =
  /** The handler returned. */
  | { how: "succeeded"; value: unknown }
  /** It is to be run again (`task.retry`, `autoretryFor`). `error`: what it is retried for; the `Retry` itself where nobody said. */
  | { how: "retried"; delay: Delay; error: unknown }
  /** `Reject`. With `requeue` it is granted again as it was. */
  | { how: "rejected"; error: unknown; requeue: boolean }
  /** `Ignore`. */
  | { how: "ignored" }
  /** `task.replace`: the canvas of this JSON takes the task's place. */
  | { how: "replaced"; by: object }
  /** `TaskRevokedError`: it ends as REVOKED. */
  | { how: "revoked"; error: unknown }
  /** It ends as FAILURE; `expected`: the error is one of the task's `throws`. */
  | { how: "failed"; error: unknown; expected: boolean };

/** An end that the attempt came to by itself: nothing takes the task's place. */
export type OwnEnd = Exclude<AttemptEnd, { how: "replaced" }>;

/** What a decision about something thrown is made with. */
export interface EndSetting {
  policy: RetryPolicy;
  /** Milliseconds since 1970. */
  now: number;
  /** From 0 up to 1, for the jitter of automatic retries. */
  chance: number;
}

/**
 * Decides about something that was thrown. `Retry`, `Replace`, `Ignore` and `Reject` count by class or, from another copy of the library, by name, and
 * are never retried automatically. A `TaskRevokedError` (the task waited for one that was revoked, or stopped because it was revoked itself) ends as
 * REVOKED unless `autoretryFor` names it; so does none in Celery, where it is a failure like any other.
 */
export function endOfThrow(thrown: unknown, attempted: Attempted, { policy, now, chance }: EndSetting): AttemptEnd {
  const retry = readRetry(thrown);
  if (retry !== undefined)
    return { how: "retried", delay: { ...retry.delay, retries: attempted.retries + 1 }, error: retry.cause ?? thrown };
  if (isNamed(thrown, Ignore, "Ignore")) return { how: "ignored" };
  const by = isNamed(thrown, Replace, "Replace") ? memberOf(thrown, "by") : undefined;
  if (typeof by === "object" && by !== null) return { how: "replaced", by };
  if (isNamed(thrown, Reject, "Reject")) return { how: "rejected", error: thrown, requeue: memberOf(thrown, "requeue") === true };
  const decision = decideAutoretry(attempted, thrown, policy, now, chance);
  if (decision.retry) return { how: "retried", delay: decision.delay, error: decision.error };
  if (decision.why === "not_retried" && isNamed(thrown, TaskRevokedError, "TaskRevokedError")) return { how: "revoked", error: thrown };
  return { how: "failed", error: decision.error, expected: isExpected(decision.error, policy) };
}

/** A `Retry` that can be acted on: one of another copy of the library may be made otherwise, and is a failure then. */
function readRetry(thrown: unknown): { delay: Delay; cause: unknown } | undefined {
  if (!isNamed(thrown, Retry, "Retry")) return undefined;
  const delay = memberOf(thrown, "delay");
  const due = memberOf(delay, "due");
  if (typeof due !== "number" || !Number.isFinite(due)) return undefined;
  // What was read is a Delay in all that is looked at without a check of its own later.
  return { delay: delay as Delay, cause: memberOf(thrown, "cause") };
}

function isNamed(thrown: unknown, known: abstract new (...args: never[]) => Error, name: string): boolean {
  return thrown instanceof known || (thrown instanceof Error && memberOf(thrown, "name") === name);
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}
