import { renderResult } from "../../core/wire/result-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { goneProblem, readTaskId } from "../task-id.ts";
import { readWait } from "../wait.ts";

/**
 * `GET /v1/results/{task_id}`: the result document, whatever the state. With `?wait` the answer is held until the state is final,
 * or the time is over. 404 for an id that was never given, 410 for one whose result has expired.
 */
export function readResult(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = readTaskId(c.req.param("id"));
    const lookup = await parts.broker(c.env).result(id, readWait(c));
    if (lookup.found) return jsonAnswer(renderResult(lookup.record));
    throw goneProblem(id, lookup.why, parts.config(c.env).resultExpires);
  };
}
