import type { TaskRecord } from "../../core/result.ts";
import { isFinal } from "../../core/state.ts";
import { attemptsDocument } from "../../core/wire/attempts-document.ts";
import { renderResult } from "../../core/wire/result-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { id, json, named, told } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { taggedAnswer } from "../tagged-answer.ts";
import { goneProblem, readTaskId } from "../task-id.ts";
import { readWait } from "../wait.ts";
import { readYesOrNo } from "../yes-or-no.ts";

/**
 * `GET /v1/results/{task_id}`: the result document, whatever the state. With `?wait` the answer is held until the state is final,
 * or the time is over. With `?attempts=true` it has `attempts` too: each with its times, and the error that it was retried for. A final one has an `ETag`, and is 304 to who has it (`If-None-Match`). 404 for an id that was never given, 410 for one whose result has expired.
 */
export function readResult(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = readTaskId(c.req.param("id"));
    const render = readYesOrNo(c, "attempts") ? renderWithAttempts : renderResult;
    const lookup = await parts.broker(c.env).result(id, readWait(c));
    if (lookup.found) {
      const text = render(lookup.record);
      // What still changes would be tagged anew at each poll, for nothing.
      return isFinal(lookup.record.state) ? taggedAnswer(c.req.raw, text, { cacheControl: "private, no-cache" }) : jsonAnswer(text);
    }
    throw goneProblem(id, lookup.why, parts.config(c.env).resultExpires);
  };
}

function renderWithAttempts(record: TaskRecord): string {
  return `${renderResult(record).slice(0, -1)},"attempts":${JSON.stringify(attemptsDocument(record))}}`;
}

/** What `GET /openapi.json` tells of it. */
export const readResultAbout: RouteAbout = {
  id: "readResult",
  tag: "results",
  summary: "Read a result",
  path: { id },
  query: {
    wait: told({ type: "number", minimum: 0, maximum: 60 }, "Seconds that the answer is held for the final state."),
    attempts: told({ type: "boolean", default: false }, "Whether the document tells each attempt, in `attempts`: of many the last 21."),
  },
  answers: {
    200: json("The result document, whatever the state.", named("Result"), { ETag: "Of a final result." }),
    304: { description: "It is the same still." },
  },
  problems: ["unknown_id", "expired", "bad_query"],
};
