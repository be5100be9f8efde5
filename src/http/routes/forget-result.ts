import type { RouteAbout } from "../openapi/route-about.ts";
import { id } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { goneProblem, readTaskId } from "../task-id.ts";

/**
 * `DELETE /v1/results/{task_id}`: takes the result of an ended task away for good (Celery's `forget`); it reads as expired from then on. 204; 409 while the task
 * is unfinished, 404 for an id that was never given, 410 for a result that is gone already.
 */
export function forgetResult(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = readTaskId(c.req.param("id"));
    const forgotten = await parts.broker(c.env).forget(id);
    if (forgotten === "forgotten") return new Response(null, { status: 204 });
    if (forgotten !== "unfinished") throw goneProblem(id, forgotten, parts.config(c.env).resultExpires);
    throw new Problem("unfinished", `Task ${id} has not ended, so there is no result to forget: revoke it, or wait for its end.`);
  };
}

/** What `GET /openapi.json` tells of it. */
export const forgetResultAbout: RouteAbout = {
  id: "forgetResult",
  tag: "results",
  summary: "Forget the result of an ended task",
  path: { id },
  answers: { 204: { description: "It is gone." } },
  problems: ["unknown_id", "expired", "unfinished"],
};
