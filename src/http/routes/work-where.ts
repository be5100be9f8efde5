import type { Fault } from "../../core/errors.ts";
import type { JobKind } from "../../core/task-job.ts";
import { jsonAnswer } from "../answer.ts";
import { readBodyObject, readFlag } from "../body-object.ts";
import { JOB, renderJob } from "../job-document.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { flag, json, objectOf } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";
import { CONDITIONS, filterSchema, readFilter } from "../task-filter.ts";

/** Only what has not ended can be revoked, and only what has ended can be run again or forgotten. */
const STATES: Readonly<Record<JobKind, readonly string[]>> = {
  revoke: ["PENDING", "STARTED", "RETRY"],
  retry: ["SUCCESS", "FAILURE", "REVOKED"],
  forget: ["SUCCESS", "FAILURE", "REVOKED"],
};

/**
 * `POST /v1/results/revoke`, `/retry` and `/forget`: does that to the tasks that a filter means, `{"status", "name", "queue", "since", "until"}` (one condition at least; all
 * that are given must hold), of those that were accepted before. `dry_run` only counts them; `terminate`, for `revoke`, ends those too that run. 202 with a job, which goes on
 * slice by slice, also when nobody asks: `GET /v1/jobs/{id}` tells how far it is. `retry` makes each call again under a new id, at once and by itself, outside of its canvas.
 */
export function workWhere(parts: HttpParts, kind: JobKind): RouteHandler {
  const flags = kind === "revoke" ? ["terminate", "dry_run"] : ["dry_run"];
  return async (c) => {
    const body = await readBodyObject(c.req.raw, [...CONDITIONS, ...flags]);
    const faults: Fault[] = [];
    const filter = readFilter(body, { states: STATES[kind], timezone: parts.config(c.env).timezone }, faults);
    const terminate = readFlag(body, "terminate", faults);
    const dryRun = readFlag(body, "dry_run", faults);
    if (faults.length > 0) throw faultyProblem("bad_option", faults);
    const job = await parts.broker(c.env).looks.startJob({ kind, filter, terminate, dryRun });
    return jsonAnswer(renderJob(job), 202, `/v1/jobs/${job.id}`);
  };
}

/** What `GET /openapi.json` tells of them. */
export const revokeWhereAbout: RouteAbout = about("revoke", "revokeTasks", "Revoke the tasks that a filter means");
export const retryWhereAbout: RouteAbout = about("retry", "retryTasks", "Run the ended tasks again that a filter means");
export const forgetWhereAbout: RouteAbout = about("forget", "forgetResults", "Forget the results that a filter means");

function about(kind: JobKind, id: string, summary: string): RouteAbout {
  const optional = { ...filterSchema(STATES[kind]), ...(kind === "revoke" ? { terminate: flag } : {}), dry_run: flag };
  return {
    id,
    tag: "results",
    summary,
    text: "One condition at least; all that are given must hold. The work goes on slice by slice: see GET /v1/jobs/{id}.",
    body: { required: true, content: { "application/json": objectOf({}, { optional }) } },
    answers: { 202: json("The job.", JOB, { location: "Where it tells how far it is." }) },
    problems: ["bad_option"],
  };
}
