import type { BrokerClient, Started } from "../../broker/api.ts";
import { composeCanvas } from "../../core/canvas/compose-canvas.ts";
import { DEEPEST_CANVAS } from "../../core/canvas/read-signature.ts";
import { isFinal } from "../../core/state.ts";
import { renderGroup } from "../../core/wire/canvas-documents.ts";
import { DEPTH_LIMIT, findUnsafe } from "../../core/wire/json-guard.ts";
import { renderResult } from "../../core/wire/result-document.ts";
import { jsonAnswer } from "../answer.ts";
import { contentType, parseJson, readBody } from "../body.ts";
import { requireScope } from "../doorkeeper.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { anyObject, id, json, listOf, named, objectOf, text, told } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { faultyProblem } from "../problem.ts";
import { refusedProblem } from "../refused.ts";
import { readSending } from "../sending.ts";
import { readWait } from "../wait.ts";
import { GROUP } from "./read-group.ts";

/** A signature in a signature is three levels of JSON deeper: the object, its `kwargs`, their list. */
const DEEPEST_JSON = 3 * DEEPEST_CANVAS + DEPTH_LIMIT;

/** A group's answer is held for its end, and tells of so many members at most. */
const MOST_MEMBERS = 1_000;

/**
 * `POST /v1/canvas`: submits a signature, and all that is in it, whole or not at all. The body is Celery's own JSON, as `json.dumps(sig)` writes it in Python of a task, chain,
 * group, chord, map, starmap or chunks; up to 16 MiB and 500 levels of nesting.
 *
 * 202 with Celery's result tree, `{"task_id", "parent"}` or `{"group_id", "children", "parent"}`, and the Location of the result or the group; `null` for a canvas of nothing.
 * With `?wait` (the key then needs the scope `read` too), 200 with the result document, or the group's, when it has ended in time.
 *
 * With the header `Celeriac-Nonce` (http/sending.ts) it may be sent again.
 *
 * 422 with the path of every fault (`kwargs.tasks[1].args`): what is no signature, tasks that are not registered, arguments and options that do not fit, unknown queues. 413, 415
 * and 429 as of a single task.
 */
export function submitCanvas(parts: HttpParts): RouteHandler {
  return async (c, visitor) => {
    const sent = readSending(c.req.raw, parts.clock.now());
    const text = await readBody(c.req.raw);
    contentType(c.req.raw, ["application/json"]);
    const body = parseJson(text, { limit: DEEPEST_JSON });
    const unsafe = findUnsafe(text, body);
    if (unsafe.length > 0) throw faultyProblem("bad_body", unsafe);
    const waitSeconds = readWait(c);
    if (waitSeconds > 0) requireScope(visitor, "read", "Waiting for a result");
    const composed = await composeCanvas(body, { registry: parts.registry, config: parts.config(c.env), now: parts.clock.now() });
    // The canvas is what does not fit, not the address.
    if (!composed.ok) throw faultyProblem(composed.reason === "unknown_task" ? "bad_calls" : composed.reason, composed.faults);
    visitor.countMore?.(composed.workflow.calls.length - 1);
    const broker = parts.broker(c.env);
    const started = await broker.start(composed.workflow, { sent });
    if (!started.ok) throw refusedProblem(started, true);
    const { tree } = started;
    if (tree === null) return jsonAnswer("null", 202);
    const base = c.req.path.slice(0, c.req.path.lastIndexOf("/v1/canvas"));
    const location = "task_id" in tree ? `${base}/v1/results/${tree.task_id}` : `${base}/v1/groups/${tree.group_id}`;
    const ended = waitSeconds > 0 ? await endOf(tree, broker, waitSeconds) : undefined;
    return ended === undefined ? jsonAnswer(JSON.stringify(tree), 202, location) : jsonAnswer(ended, 200, location);
  };
}

/** The document of what the canvas comes to, if that has ended in time. */
async function endOf(tree: NonNullable<Started["tree"]>, broker: BrokerClient, waitSeconds: number): Promise<string | undefined> {
  if ("task_id" in tree) {
    const lookup = await broker.result(tree.task_id, waitSeconds);
    return lookup.found && isFinal(lookup.record.state) ? renderResult(lookup.record) : undefined;
  }
  const group = await broker.group({ id: tree.group_id, waitMilliseconds: waitSeconds * 1000, cursor: null, limit: MOST_MEMBERS });
  return group.found && group.ready ? renderGroup(group) : undefined;
}

/** Celery's result tree. */
const TREE = {
  anyOf: [
    objectOf({
      task_id: id,
      parent: told({ type: ["object", "null"], additionalProperties: true }, "The result before it, of the same form."),
    }),
    objectOf({ group_id: id, children: listOf(anyObject), parent: { type: ["object", "null"], additionalProperties: true } }),
    { type: "null" },
  ],
};

/** What `GET /openapi.json` tells of it. */
export const submitCanvasAbout: RouteAbout = {
  id: "submitCanvas",
  tag: "canvas",
  summary: "Submit a canvas",
  text: "The body is a signature in Celery's own JSON, as json.dumps(sig) writes it of a task, chain, group, chord, map, starmap or chunks. With wait, a key needs the scope `read` too.",
  query: { wait: told({ type: "number", minimum: 0, maximum: 60 }, "Seconds that the answer is held for the end of the whole.") },
  headers: { "Celeriac-Nonce": told(text, "`<uuid>; attempt=2; age=1.5`: lets the same request be sent again for ten minutes.") },
  body: {
    required: true,
    content: { "application/json": told(anyObject, "A signature: task, args, kwargs, options, subtask_type, immutable.") },
  },
  answers: {
    200: json("What it came to in time: the result, or the group.", { anyOf: [named("Result"), GROUP] }),
    202: json("Accepted: Celery's result tree; null for a canvas of nothing.", TREE, { Location: "Where its result or group is read." }),
  },
  problems: ["bad_calls", "bad_arguments", "bad_option", "bad_query", "unknown_queue", "task_id_taken", "backlog_full", "rate_limited"],
};
