import type { Fault } from "../../core/errors.ts";
import { jsonAnswer } from "../answer.ts";
import { readBodyObject, readFlag } from "../body-object.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { flag, id, json, objectOf } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";
import { goneProblem, readTaskId } from "../task-id.ts";

/**
 * `POST /v1/results/{task_id}/revoke`, with `{"terminate": true}` or without: ends a task that waits, and sees to it that one that runs is not
 * run again; with `terminate` it ends at once. 200 with what became of it: `revoked`, `flagged` (it runs on), `terminated`, or `ended` (before).
 */
export function revokeTask(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = readTaskId(c.req.param("id"));
    const faults: Fault[] = [];
    const terminate = readFlag(await readBodyObject(c.req.raw, ["terminate"]), "terminate", faults);
    if (faults.length > 0) throw faultyProblem("bad_option", faults);
    const [revocation = "unknown"] = await parts.broker(c.env).revoke([id], { terminate });
    if (revocation === "unknown" || revocation === "expired") throw goneProblem(id, revocation, parts.config(c.env).resultExpires);
    return jsonAnswer(JSON.stringify({ task_id: id, revocation }));
  };
}

/** What `GET /openapi.json` tells of it. */
export const revokeTaskAbout: RouteAbout = {
  id: "revokeTask",
  tag: "results",
  summary: "Revoke a task",
  path: { id },
  body: { required: false, content: { "application/json": objectOf({}, { optional: { terminate: flag } }) } },
  answers: {
    200: json("What became of it.", objectOf({ task_id: id, revocation: { enum: ["revoked", "flagged", "terminated", "ended"] } })),
  },
  problems: ["unknown_id", "expired", "bad_option"],
};
