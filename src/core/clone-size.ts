import type { Call } from "./call.ts";

/**
 * The most bytes that a submit's calls may take on their way to the broker. The platform carries 32 MiB (33,554,432) in one
 * RPC; the rest is for what stands around them.
 */
export const CLONE_LIMIT = 33_000_000;

/** About how many bytes a call takes beside its texts (the names of all its fields, its numbers), and a text beside its characters. */
const CALL_BYTES = 140;
const TEXT_BYTES = 8;

/** Any character that makes the whole text take two bytes each. */
const WIDE = /[^\0-\xff]/;

/**
 * Where a submit becomes too large to be carried: the position of the first call with which its structured clone passes
 * `CLONE_LIMIT`, and how many bytes all calls take. Nothing when it fits. A text takes one byte a character, or two if any
 * of them is beyond Latin-1: a single emoji doubles a line, whatever its length in UTF-8.
 */
export function findOverflow(calls: readonly Call[]): { index: number; bytes: number } | undefined {
  let most = 0;
  for (const call of calls) most += CALL_BYTES + textsOf(call).reduce((sum, text) => sum + TEXT_BYTES + 2 * text.length, 0);
  if (most <= CLONE_LIMIT) return undefined;
  let bytes = 0;
  let index: number | undefined;
  for (const [position, call] of calls.entries()) {
    bytes += CALL_BYTES + textsOf(call).reduce((sum, text) => sum + TEXT_BYTES + cloneLength(text), 0);
    if (bytes > CLONE_LIMIT) index ??= position;
  }
  return index === undefined ? undefined : { index, bytes };
}

function textsOf({ line, queue, taskId = "", idempotency }: Call): string[] {
  return idempotency === undefined ? [line, queue, taskId] : [line, queue, taskId, idempotency.key, idempotency.fingerprint];
}

function cloneLength(text: string): number {
  return WIDE.test(text) ? 2 * text.length : text.length;
}
