import { didYouMean } from "../../core/nearest.ts";
import { jsonAnswer } from "../answer.ts";
import { discardBody } from "../body.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { flag, json, objectOf, text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";

/**
 * `POST /v1/queues/{queue}/pause` and `/resume` (Celery's `cancel_consumer` and `add_consumer`): nothing of a paused queue is handed out until
 * it is resumed; what runs goes on, and what is submitted waits. Lasting. A body is ignored. 422 for a queue that is not known.
 */
export function pauseQueue(parts: HttpParts, paused: boolean): RouteHandler {
  return async (c) => {
    await discardBody(c.req.raw);
    const queue = c.req.param("queue") ?? "";
    const broker = parts.broker(c.env);
    await refuseUnknown(queue, parts.config(c.env).taskQueues, async () =>
      (await broker.stats()).flatMap(({ queues = [] }) => queues.map((counts) => counts.queue)),
    );
    if (paused) await broker.pause(queue);
    else await broker.resume(queue);
    return jsonAnswer(JSON.stringify({ queue, paused }));
  };
}

/** A queue that the configuration does not name any more may still hold tasks. */
async function refuseUnknown(queue: string, named: readonly string[], held: () => Promise<string[]>): Promise<void> {
  if (named.includes(queue) || (await held()).includes(queue)) return;
  const message = `expected one of the queues of this deployment (task_queues), got ${JSON.stringify(queue)}${didYouMean(queue, named)}`;
  throw new Problem("unknown_queue", message, { faults: [{ path: "queue", message }] });
}

const PAUSED = json("How it is now.", objectOf({ queue: text, paused: flag }));

/** What `GET /openapi.json` tells of it. */
export const pauseQueueAbout: RouteAbout = {
  id: "pauseQueue",
  tag: "queues",
  summary: "Hand out nothing of a queue until it is resumed",
  answers: { 200: PAUSED },
  problems: ["unknown_queue"],
};

/** What `GET /openapi.json` tells of it. */
export const resumeQueueAbout: RouteAbout = { ...pauseQueueAbout, id: "resumeQueue", summary: "Hand out a paused queue again" };
