import { unknownTask } from "../../core/errors.ts";
import { describeValue, isPlainObject } from "../../core/json-value.ts";
import { findSetLimitFaults, type SetTimeLimits } from "../../core/time-limits.ts";
import { jsonAnswer } from "../answer.ts";
import { contentType, parseJson, readBody } from "../body.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, objectOf, text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";

/**
 * `POST /v1/control/time_limit` (Celery's `time_limit`) with `{"task", "soft", "hard"}`, in seconds: the task's limits, whatever it declares, until they are set again; null: none; left
 * out: what the task declares counts again. They hold for attempts that start later; a call's own limits win.
 */
export function timeLimit(parts: HttpParts): RouteHandler {
  return async (c) => {
    const text = await readBody(c.req.raw);
    contentType(c.req.raw, ["application/json"]);
    const body = parseJson(text);
    if (!isPlainObject(body)) {
      const message = `expected an object such as {"task": "tasks.add", "soft": 60, "hard": 120}, got ${describeValue(body)}`;
      throw faultyProblem("bad_body", [{ path: "", message }]);
    }
    const { task: name, soft, hard, ...others } = body;
    const faults = Object.keys(others).map((path) => ({ path, message: "expected task, soft and hard only" }));
    if (typeof name !== "string") faults.push({ path: "task", message: `expected the name of a task, got ${describeValue(name)}` });
    faults.push(...findSetLimitFaults({ soft, hard }));
    if (faults.length > 0 || typeof name !== "string") throw faultyProblem("bad_body", faults);
    if (parts.registry.get(name) === undefined) {
      throw faultyProblem("unknown_task", [{ path: "task", message: unknownTask(name, parts.registry.names()) }]);
    }
    // They were looked at above.
    await parts.broker(c.env).timeLimit({ name, ...({ soft, hard } as SetTimeLimits) });
    return jsonAnswer(JSON.stringify({ task: name, soft, hard }));
  };
}

const LIMITS = { soft: { type: ["number", "null"] }, hard: { type: ["number", "null"] } };

/** What `GET /openapi.json` tells of it. */
export const timeLimitAbout: RouteAbout = {
  id: "setTimeLimit",
  tag: "inspect and control",
  summary: "Set the time limits of a task",
  text: "In seconds; null: none; left out: what the task declares counts again.",
  body: { required: true, content: { "application/json": objectOf({ task: text }, { optional: LIMITS }) } },
  answers: { 200: json("What is set.", objectOf({ task: text }, { optional: LIMITS })) },
  problems: ["unknown_task"],
};
