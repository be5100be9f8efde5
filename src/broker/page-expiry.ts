import type { PageRow } from "./store/pages.ts";

const KEY_MILLISECONDS = 86_400_000;

/** When an idempotency key that is given now is forgotten: after 24 hours. */
export function keyUntil(now: number): number {
  return now + KEY_MILLISECONDS;
}

/** When a finished page may be deleted: its results have expired, and so have the idempotency keys that name its tasks. */
export function expiryOf(row: Pick<PageRow, "created" | "done" | "head">, ttl: number): number {
  const results = (row.done ?? row.created) + ttl;
  return row.head.keys === undefined ? results : Math.max(results, keyUntil(row.created));
}
