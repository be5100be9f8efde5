import type { Context } from "hono";
import { Problem } from "./problem.ts";

/** The most seconds an answer is held. */
export const WAIT_LIMIT = 60;

/**
 * How many seconds the client would have the answer held: `?wait=5`, or else `Prefer: wait=5` (RFC 7240). 0 when it
 * does not ask; more than `WAIT_LIMIT` counts as that. A preference that makes no sense is ignored, as the RFC has it.
 * @throws Problem `bad_query` when `?wait` is no number of seconds.
 */
export function readWait(c: Context): number {
  const text = c.req.query("wait");
  if (text === undefined) return preferred(c.req.raw.headers.get("prefer"));
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text), WAIT_LIMIT);
  const message = `expected a number of seconds from 0 to ${WAIT_LIMIT}, got ${JSON.stringify(text.slice(0, 40))}`;
  throw new Problem("bad_query", `wait: ${message}`, { faults: [{ path: "wait", message }] });
}

function preferred(header: string | null): number {
  if (header === null) return 0;
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(header)?.[1];
  return seconds === undefined ? 0 : Math.min(Number(seconds), WAIT_LIMIT);
}
