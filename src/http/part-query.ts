import type { Context } from "hono";
import { faultyProblem } from "./problem.ts";

/** Which part of a long answer is asked for. */
export interface PartQuery {
  cursor: string | null;
  limit: number;
}

/**
 * Reads `?limit=` (a whole number from 1 to `most`; default `most`) and `?cursor=`, as the answer before gave it.
 * @throws Problem `bad_query` for a limit that is none
 */
export function readPart(c: Context, most: number): PartQuery {
  const cursor = c.req.query("cursor") ?? null;
  const text = c.req.query("limit");
  if (text === undefined) return { cursor, limit: most };
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= most) return { cursor, limit };
  const message = `expected a whole number from 1 to ${most}, got ${JSON.stringify(text.slice(0, 40))}`;
  throw faultyProblem("bad_query", [{ path: "limit", message }]);
}
