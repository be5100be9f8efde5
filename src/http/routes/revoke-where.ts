import type { Fault } from "../../core/errors.ts";
import { describeValue } from "../../core/json-value.ts";
import type { TaskFilter } from "../../core/revocation.ts";
import type { State } from "../../core/state.ts";
import { readInstant } from "../../core/wire/instant.ts";
import { jsonAnswer } from "../answer.ts";
import { readBodyObject, readFlag } from "../body-object.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { count, flag, json, objectOf, text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";

const CONDITIONS = ["status", "name", "queue", "since", "until"];
/** The states of tasks that have not ended: no other can be revoked. */
const OPEN_STATES = ["PENDING", "STARTED", "RETRY"] as const satisfies readonly State[];

/**
 * `POST /v1/results/revoke`: revokes the tasks that a filter means, `{"status", "name", "queue", "since", "until"}` (one condition at least; all
 * that are given must hold), of those that were accepted before. `terminate` ends those too that run; `dry_run` only counts them. 202 with the
 * count. The work goes on slice by slice until it is done, and the answer comes then.
 */
export function revokeWhere(parts: HttpParts): RouteHandler {
  return async (c) => {
    const body = await readBodyObject(c.req.raw, [...CONDITIONS, "terminate", "dry_run"]);
    const faults: Fault[] = [];
    const filter = readFilter(body, parts.config(c.env).timezone, faults);
    const terminate = readFlag(body, "terminate", faults);
    const dryRun = readFlag(body, "dry_run", faults);
    if (faults.length > 0) throw faultyProblem("bad_option", faults);
    const count = await parts.broker(c.env).revokeWhere(filter, { terminate, dryRun });
    return jsonAnswer(JSON.stringify({ count, dry_run: dryRun }), 202);
  };
}

function readFilter(body: Readonly<Record<string, unknown>>, timezone: string, faults: Fault[]): TaskFilter {
  const filter: TaskFilter = {};
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
  const status = typeof body.status === "string" ? [body.status] : body.status;
  if (isOpenStates(status)) filter.status = status;
  else if (status !== undefined)
    faults.push({
      path: "status",
      message: `expected ${OPEN_STATES.join(", ")}, or several of them, got ${JSON.stringify(status).slice(0, 80)}`,
    });
  if (!CONDITIONS.some((name) => body[name] !== undefined)) {
    // An empty body would revoke everything.
    faults.push({ path: "", message: `expected at least one of ${CONDITIONS.join(", ")}; {"since": "1970-01-01"} means all tasks` });
  }
  return filter;
}

function isOpenStates(value: unknown): value is State[] {
  return Array.isArray(value) && value.length > 0 && value.every((state) => OPEN_STATES.includes(state));
}

/** What `GET /openapi.json` tells of it. */
export const revokeWhereAbout: RouteAbout = {
  id: "revokeTasks",
  tag: "results",
  summary: "Revoke the tasks that a filter means",
  text: "One condition at least; all that are given must hold.",
  body: {
    required: true,
    content: {
      "application/json": objectOf(
        {},
        {
          optional: {
            status: { anyOf: [{ enum: OPEN_STATES }, { type: "array", items: { enum: OPEN_STATES }, minItems: 1 }] },
            name: text,
            queue: text,
            since: text,
            until: text,
            terminate: flag,
            dry_run: flag,
          },
        },
      ),
    },
  },
  answers: { 202: json("How many.", objectOf({ count, dry_run: flag })) },
  problems: ["bad_option"],
};
