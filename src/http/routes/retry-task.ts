import { jsonAnswer } from "../answer.ts";
import { readBodyObject } from "../body-object.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { id, json, named } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { refusedProblem } from "../refused.ts";
import { goneProblem, readTaskId } from "../task-id.ts";

/**
 * `POST /v1/results/{task_id}/retry`: makes the call of an ended task again under a new id: the same line, at once, a root of its own. A step of a canvas runs with the arguments that it
 * was given, and what came after it does not run again. The body is empty, or `{}`. 202 as a submit; 409 while the task is unfinished.
 */
export function retryTask(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = readTaskId(c.req.param("id"));
    await readBodyObject(c.req.raw, []);
    const answer = await parts.broker(c.env).looks.rerun(id);
    if (answer.ok) return jsonAnswer(JSON.stringify({ task_id: answer.id, status: "PENDING" }), 202, `/v1/results/${answer.id}`);
    if (!("why" in answer)) throw refusedProblem(answer);
    if (answer.why === "unfinished") throw new Problem("unfinished", `Task ${id} has not ended: revoke it, or wait for its end.`);
    if (answer.why === "too_large")
      throw new Problem("too_large", `The arguments that its canvas gave to task ${id} are too long, or gone.`);
    throw goneProblem(id, answer.why, parts.config(c.env).resultExpires);
  };
}

/** What `GET /openapi.json` tells of it. */
export const retryTaskAbout: RouteAbout = {
  id: "retryTask",
  tag: "results",
  summary: "Run an ended task again under a new id",
  path: { id },
  body: { required: false, content: { "application/json": { type: "object", additionalProperties: false } } },
  answers: { 202: json("Accepted.", named("Submitted"), { location: "The new task's result." }) },
  problems: ["unknown_id", "expired", "unfinished", "bad_option", "backlog_full"],
};
