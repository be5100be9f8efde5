import type { TaskRecord } from "../../core/result.ts";
import { optionsDocument } from "../../core/wire/options-document.ts";
import { renderResult } from "../../core/wire/result-document.ts";
import { jsonAnswer } from "../answer.ts";
import { readListQuery } from "../list-query.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { id, json, listOf, named, objectOf, orNull, text, told } from "../openapi/schemas.ts";
import { readPart } from "../part-query.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";
import { readYesOrNo } from "../yes-or-no.ts";

/** How many tasks an answer tells of at most. */
const MOST_TASKS = 1_000;

/**
 * `GET /v1/results`: the tasks that a filter means, newest first, `?limit` at most (1 to 1,000, which is the default). Each call reads a bounded part of the book, so that it may
 * answer few tasks, even none, with a `cursor` to go on; null: there are no older ones. The cursor stands where it stands, whatever is accepted meanwhile.
 *
 * With `?options=true` each result has `options` too: those of its call, such as `priority`, `expires` and `headers`, as a call takes them.
 */
export function listResults(parts: HttpParts): RouteHandler {
  return async (c) => {
    const filter = readListQuery(c, parts.config(c.env).timezone);
    const part = readPart(c, MOST_TASKS);
    const render = readYesOrNo(c, "options") ? renderWithOptions : renderResult;
    const list = await parts.broker(c.env).looks.newest({ filter, ...part });
    if (list === undefined) {
      const message = "expected the cursor of an answer of this route, with the same filter";
      throw faultyProblem("bad_query", [{ path: "cursor", message }]);
    }
    return jsonAnswer(`{"results":[${list.records.map(render).join(",")}],"cursor":${JSON.stringify(list.cursor)}}`);
  };
}

function renderWithOptions(record: TaskRecord): string {
  return `${renderResult(record).slice(0, -1)},"options":${JSON.stringify(optionsDocument(record))}}`;
}

/** What `GET /openapi.json` tells of it. */
export const listResultsAbout: RouteAbout = {
  id: "listResults",
  tag: "results",
  summary: "List tasks, newest first",
  text: "An answer may hold few tasks, even none, and a cursor to go on: each call reads a bounded part of the book.",
  query: {
    status: told(listOf(text), "A state, such as FAILURE; several times: any of them."),
    name: told(text, "The task's name."),
    queue: text,
    root_id: told(id, "The first task of a workflow."),
    since: told(text, "Accepted at this ISO-8601 time or later."),
    until: told(text, "Accepted before."),
    limit: told({ type: "integer", minimum: 1, maximum: MOST_TASKS }, "How many tasks at most."),
    options: told({ type: "boolean", default: false }, "Whether each result tells the `options` of its call too, as a call takes them."),
    cursor: told(text, "Where the answer before ended."),
  },
  answers: {
    200: json(
      "Tasks, and where to go on; null: there are no older ones.",
      objectOf({ results: listOf(named("Result")), cursor: orNull(text) }),
    ),
  },
  problems: ["bad_query"],
};
