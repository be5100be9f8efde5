import type { Fault } from "../core/errors.ts";
import { describeValue } from "../core/json-value.ts";
import type { ListFilter } from "../core/task-list.ts";
import { readInstant } from "../core/wire/instant.ts";
import type { Schema } from "./openapi/route-about.ts";
import { text } from "./openapi/schemas.ts";

/** What a filter in a body may ask. */
export const CONDITIONS = ["status", "name", "queue", "since", "until"];

/**
 * Reads a filter of tasks from a body: one condition at least, for an empty one would mean everything. Times without an offset are of `timezone`.
 * @param states those that may be asked for: one as a text, or several
 */
export function readFilter(
  body: Readonly<Record<string, unknown>>,
  { states, timezone }: { states: readonly string[]; timezone: string },
  faults: Fault[],
): ListFilter {
  const filter: ListFilter = {};
  for (const name of ["name", "queue"] as const) {
    const value = body[name];
    if (typeof value === "string" && value !== "") filter[name] = value;
    else if (value !== undefined) faults.push({ path: name, message: `expected a name, got ${describeValue(value)}` });
  }
  for (const name of ["since", "until"] as const) {
    const value = body[name];
    const instant = typeof value === "string" ? readInstant(value, timezone) : undefined;
    if (instant !== undefined) filter[name] = instant;
    else if (value !== undefined)
      faults.push({ path: name, message: `expected an ISO-8601 time such as 2026-12-24T18:00:00+01:00, got ${describeValue(value)}` });
  }
  const status: unknown = typeof body.status === "string" ? [body.status] : body.status;
  if (Array.isArray(status) && status.length > 0 && status.every((state) => states.includes(state))) filter.status = status as string[];
  else if (status !== undefined)
    faults.push({
      path: "status",
      message: `expected ${states.join(", ")}, or several of them, got ${JSON.stringify(status).slice(0, 80)}`,
    });
  if (!CONDITIONS.some((name) => body[name] !== undefined))
    faults.push({ path: "", message: `expected at least one of ${CONDITIONS.join(", ")}; {"since": "1970-01-01"} means all tasks` });
  return filter;
}

/** The filter's schema. */
export function filterSchema(states: readonly string[]): Readonly<Record<string, Schema>> {
  return {
    status: { anyOf: [{ enum: states }, { type: "array", items: { enum: states }, minItems: 1 }] },
    name: text,
    queue: text,
    since: text,
    until: text,
  };
}
