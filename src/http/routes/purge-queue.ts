import { jsonAnswer } from "../answer.ts";
import { discardBody } from "../body.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { count, json, objectOf, text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/**
 * `POST /v1/queues/{queue}/purge` (Celery's `purge`): ends all that waits in a queue as REVOKED `purged`; what runs goes on. 200 with the count
 * of `purged` tasks, which is 0 for a queue that holds none, known or not. A body is ignored.
 */
export function purgeQueue(parts: HttpParts): RouteHandler {
  return async (c) => {
    await discardBody(c.req.raw);
    const queue = c.req.param("queue") ?? "";
    const purged = await parts.broker(c.env).purge(queue);
    return jsonAnswer(JSON.stringify({ queue, purged }));
  };
}

/** What `GET /openapi.json` tells of it. */
export const purgeQueueAbout: RouteAbout = {
  id: "purgeQueue",
  tag: "queues",
  summary: "End all that waits in a queue",
  answers: { 200: json("How many tasks were ended.", objectOf({ queue: text, purged: count })) },
};
