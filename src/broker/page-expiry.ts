import type { PageRow } from "./store/pages.ts";

const KEY_SECONDS = 86_400;

/** When an idempotency key that is given now is forgotten: after 24 hours, or after fewer seconds if its call says so. */
export function keyUntil(now: number, seconds = KEY_SECONDS): number {
  // Pages with keys, and what homes know of them, are kept for 24 hours.
  return now + Math.min(seconds, KEY_SECONDS) * 1000;
}

/** When a finished page may be deleted: its results have expired, and so have the idempotency keys that name its tasks. */
export function expiryOf(row: Pick<PageRow, "created" | "done" | "head">, ttl: number): number {
  const results = (row.done ?? row.created) + ttl;
  return row.head.keys === undefined ? results : Math.max(results, keyUntil(row.created));
}
