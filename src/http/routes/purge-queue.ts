import { jsonAnswer } from "../answer.ts";
import { discardBody } from "../body.ts";
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
