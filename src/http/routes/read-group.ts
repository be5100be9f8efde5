import { renderGroup } from "../../core/wire/canvas-documents.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout, Schema } from "../openapi/route-about.ts";
import { count, flag, id, json, listOf, named, objectOf, orNull, text, told } from "../openapi/schemas.ts";
import { readPart } from "../part-query.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { goneProblem, readTaskId } from "../task-id.ts";
import { readWait } from "../wait.ts";

/** How many members an answer tells of at most. */
const MOST_MEMBERS = 1_000;

/**
 * `GET /v1/groups/{group_id}`: how far a group is, and the result documents of its members in order, at most `?limit` of them (1 to 1,000, which is the default); `?cursor` goes
 * on where the answer before ended. With `?wait` the answer is held until all members have ended, or the time is over. 200 whatever became of them; 404 for an id that
 * was never given to a group, 410 for one that has expired.
 */
export function readGroup(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = readTaskId(c.req.param("id"));
    const part = await parts.broker(c.env).group({ id, ...readPart(c, MOST_MEMBERS), waitMilliseconds: readWait(c) * 1000 });
    if (!part.found) throw goneProblem(id, part.why, parts.config(c.env).resultExpires);
    return jsonAnswer(renderGroup(part));
  };
}

const member: Schema = { anyOf: [named("Result"), objectOf({ group_id: id }), { type: "null" }] };

/** A group's document. */
export const GROUP: Schema = objectOf({
  group_id: id,
  parent_id: orNull(id),
  ready: told(flag, "All members have ended."),
  successful: told(flag, "All have succeeded."),
  failed: told(flag, "One has failed."),
  completed_count: told(count, "How many have succeeded, as Celery counts."),
  count,
  results: told(listOf(member), "In order; of a member that is a group itself its id, of one that has expired null."),
  cursor: orNull(text),
});

/** What `GET /openapi.json` tells of it. */
export const readGroupAbout: RouteAbout = {
  id: "readGroup",
  tag: "canvas",
  summary: "Read a group and its results",
  path: { id },
  query: {
    wait: told({ type: "number", minimum: 0, maximum: 60 }, "Seconds that the answer is held for the end of all members."),
    limit: told({ type: "integer", minimum: 1, maximum: MOST_MEMBERS }, "How many results at most."),
    cursor: told(text, "Where the answer before ended."),
  },
  answers: { 200: json("How far the group is, whatever became of its members.", GROUP) },
  problems: ["unknown_id", "expired", "bad_query"],
};
