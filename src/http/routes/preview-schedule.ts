import type { Fault } from "../../core/errors.ts";
import { describeValue } from "../../core/json-value.ts";
import { readInstant, readSchedule } from "../../core/schedule/read-schedule.ts";
import { nextInstant, whyNever } from "../../core/schedule/schedule.ts";
import { isZone } from "../../core/schedule/zone.ts";
import { jsonAnswer } from "../answer.ts";
import { readJsonObject } from "../json-object.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, listOf, named, objectOf, text, time } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";

const MOST = 1_000;
const KNOWN = ["schedule", "timezone", "from", "count"];

/**
 * `POST /v1/schedules/preview`: `{"schedule", "timezone", "from", "count"}` -> `{"fires": ["…"]}`, the instants after `from` (default: now), at most
 * `count` (default 10, most 1,000); with `warning` when there can be none. `timezone` is the deployment's by default.
 */
export function previewSchedule(parts: HttpParts): RouteHandler {
  return async (c) => {
    const body = await readJsonObject(c.req.raw, '{"schedule": "0 7 * * mon-fri", "timezone": "Europe/London"}');
    const now = parts.clock.now();
    const { schedule, timezone = parts.config(c.env).timezone, from, count = 10 } = body;
    const faults: Fault[] = Object.keys(body)
      .filter((key) => !KNOWN.includes(key))
      .map((key) => ({ path: key, message: `unknown key; known are ${KNOWN.join(", ")}` }));
    const read = readSchedule(schedule);
    const start = from === undefined ? now : readInstant(from);
    if ("fault" in read) faults.push({ path: "schedule", message: read.fault });
    if (!isZone(timezone))
      faults.push({ path: "timezone", message: `expected the IANA name of a time zone, got ${describeValue(timezone)}` });
    if (Number.isNaN(start)) faults.push({ path: "from", message: `expected a time with its zone, got ${describeValue(from)}` });
    if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MOST) {
      faults.push({ path: "count", message: `expected a whole number from 1 to ${MOST}, got ${describeValue(count)}` });
    }
    if ("fault" in read || faults.length > 0) throw faultyProblem("bad_schedule", faults);
    const fires: string[] = [];
    const origin = { firstSeen: start, zone: String(timezone) };
    for (let at = nextInstant(read.schedule, start, origin); at !== null && fires.length < Number(count); ) {
      fires.push(new Date(at).toISOString());
      at = nextInstant(read.schedule, at, origin);
    }
    const why = whyNever(read.schedule, start);
    return jsonAnswer(JSON.stringify({ fires, ...(why === undefined ? {} : { warning: `this schedule can never fire: ${why}` }) }));
  };
}

/** What `GET /openapi.json` tells of it. */
export const previewScheduleAbout: RouteAbout = {
  id: "previewSchedule",
  tag: "schedules",
  summary: "Tell when a schedule fires",
  body: {
    required: true,
    content: {
      "application/json": objectOf(
        { schedule: named("Schedule") },
        { optional: { timezone: text, from: { type: ["string", "number"] }, count: { type: "integer", minimum: 1, maximum: MOST } } },
      ),
    },
  },
  answers: {
    200: json("The instants, and a warning where there can be none.", objectOf({ fires: listOf(time) }, { optional: { warning: text } })),
  },
  problems: ["bad_schedule"],
};
