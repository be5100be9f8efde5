import { renderTree } from "../../core/wire/canvas-documents.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { id, json, listOf, objectOf, orNull, text, time, told } from "../openapi/schemas.ts";
import { readPart } from "../part-query.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { goneProblem, readTaskId } from "../task-id.ts";

/** How many tasks an answer tells of at most. */
const MOST_NODES = 1_000;

/**
 * `GET /v1/results/{id}/tree`: the whole workflow that a task or a group belongs to, its tasks in the order in which they stand in the canvas, each with name, status, parent,
 * children and times; at most `?limit` of them (1 to 1,000, which is the default), and `?cursor` goes on where the answer before ended. A task that belongs to none is a
 * workflow of one. 404 for an id that was never given, 410 for one that has expired.
 */
export function readTree(parts: HttpParts): RouteHandler {
  return async (c) => {
    const id = readTaskId(c.req.param("id"));
    const part = await parts.broker(c.env).tree({ id, ...readPart(c, MOST_NODES) });
    if (!part.found) throw goneProblem(id, part.why, parts.config(c.env).resultExpires);
    return jsonAnswer(renderTree(part));
  };
}

const NODE = objectOf({
  task_id: id,
  name: text,
  status: text,
  root_id: id,
  parent_id: told(orNull(id), "What it came after, or who made it."),
  group_id: orNull(id),
  children: told(listOf(id), "What comes after it, and what it called."),
  date_received: time,
  date_started: orNull(time),
  date_done: orNull(time),
});

/** What `GET /openapi.json` tells of it. */
export const readTreeAbout: RouteAbout = {
  id: "readTree",
  tag: "canvas",
  summary: "Read the workflow that a task belongs to",
  path: { id },
  query: {
    limit: told({ type: "integer", minimum: 1, maximum: MOST_NODES }, "How many tasks at most."),
    cursor: told(text, "Where the answer before ended."),
  },
  answers: {
    200: json(
      "Its tasks, in the order in which they stand in the canvas.",
      objectOf({ root_id: id, nodes: listOf(NODE), cursor: orNull(text) }),
    ),
  },
  problems: ["unknown_id", "expired", "bad_query"],
};
