import { renderResult } from "../../core/wire/result-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { readWait } from "../wait.ts";

const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `GET /v1/results/{task_id}`: the result document, whatever the state. With `?wait` the answer is held until the state is final,
 * or the time is over. 404 for an id that was never given, 410 for one whose result has expired.
 */
export function readResult(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = c.req.param("id") ?? "";
    if (!UUID_SHAPE.test(id)) {
      throw new Problem("unknown_id", `${JSON.stringify(id.slice(0, 80))} is not a task id: expected a UUID, as a submit answers it.`);
    }
    const lookup = await parts.broker(c.env).result(id.toLowerCase(), readWait(c));
    if (lookup.found) return jsonAnswer(renderResult(lookup.record));
    if (lookup.why === "expired") {
      throw new Problem(
        "expired",
        `The result of task ${id} is gone: results are kept ${parts.config(c.env).resultExpires} seconds (result_expires).`,
      );
    }
    throw new Problem("unknown_id", `No task was ever given the id ${id}.`);
  };
}
