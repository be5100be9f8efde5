import type { Call } from "../core/call.ts";

/** Calls with longer lines (characters) travel alone: a hundred of these are far below the 32 MiB that an RPC takes. */
const LONGEST_TOGETHER = 64_000;

/** Whether a submit is small, and waits for nothing but its id. */
export function travelsTogether(calls: readonly Call[], waitSeconds = 0): boolean {
  return waitSeconds === 0 && calls.length === 1 && (calls[0]?.line.length ?? 0) <= LONGEST_TOGETHER;
}
