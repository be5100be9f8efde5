import { jsonAnswer } from "../answer.ts";
import { JOB, renderJob } from "../job-document.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { id, json } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { isTaskId } from "../task-id.ts";

/**
 * `GET /v1/jobs/{id}`: how far bulk work is, `{"id", "kind", "dry_run", "count", "done", "date_done"}`; `count` and `date_done` are null until it has ended. 404 for an id
 * that no job has, and a day after its end.
 */
export function readJob(parts: HttpParts): RouteHandler {
  return async (c) => {
    const text = c.req.param("id") ?? "";
    const job = isTaskId(text) ? await parts.broker(c.env).looks.job(text.toLowerCase()) : undefined;
    if (job !== undefined) return jsonAnswer(renderJob(job));
    throw new Problem("unknown_job", `No job has the id ${JSON.stringify(text.slice(0, 80))}, or it ended more than a day ago.`);
  };
}

/** What `GET /openapi.json` tells of it. */
export const readJobAbout: RouteAbout = {
  id: "readJob",
  tag: "results",
  summary: "Read how far bulk work is",
  path: { id },
  answers: { 200: json("The job.", JOB) },
  problems: ["unknown_job"],
};
