import { unknownTask } from "../../core/errors.ts";
import { describeValue, isPlainObject } from "../../core/json-value.ts";
import { readRateLimit } from "../../core/rate-limit.ts";
import { jsonAnswer } from "../answer.ts";
import { contentType, parseJson, readBody } from "../body.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, objectOf, text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";

/**
 * `POST /v1/control/rate_limit` (Celery's `rate_limit`) with `{"task", "rate_limit"}`: the task's rate over all consumers, whatever its calls
 * say, until it is set again. `rate_limit` as Celery writes it; null or 0: no limit; left out: what the task's calls say counts again.
 */
export function rateLimit(parts: HttpParts): RouteHandler {
  return async (c) => {
    const text = await readBody(c.req.raw);
    contentType(c.req.raw, ["application/json"]);
    const body = parseJson(text);
    if (!isPlainObject(body)) {
      const message = `expected an object such as {"task": "tasks.add", "rate_limit": "10/m"}, got ${describeValue(body)}`;
      throw faultyProblem("bad_body", [{ path: "", message }]);
    }
    const { task: name, rate_limit: value, ...others } = body;
    const faults = Object.keys(others).map((path) => ({ path, message: "expected task and rate_limit only" }));
    if (typeof name !== "string") faults.push({ path: "task", message: `expected the name of a task, got ${describeValue(name)}` });
    const rate = value === undefined ? { perSecond: undefined } : readRateLimit(value);
    if ("fault" in rate) faults.push({ path: "rate_limit", message: rate.fault });
    if (faults.length > 0 || typeof name !== "string" || "fault" in rate) throw faultyProblem("bad_body", faults);
    if (parts.registry.get(name) === undefined) {
      throw faultyProblem("unknown_task", [{ path: "task", message: unknownTask(name, parts.registry.names()) }]);
    }
    await parts.broker(c.env).limit({ name, perSecond: rate.perSecond });
    return jsonAnswer(JSON.stringify({ task: name, rate_limit: value }));
  };
}

/** What `GET /openapi.json` tells of it. */
export const rateLimitAbout: RouteAbout = {
  id: "setRateLimit",
  tag: "inspect and control",
  summary: "Set the rate limit of a task",
  text: "As Celery writes it (`10/m`); null or 0: none; left out: what the calls say counts again.",
  body: {
    required: true,
    content: { "application/json": objectOf({ task: text }, { optional: { rate_limit: { type: ["string", "number", "null"] } } }) },
  },
  answers: { 200: json("What is set.", objectOf({ task: text }, { optional: { rate_limit: { type: ["string", "number", "null"] } } })) },
  problems: ["unknown_task"],
};
