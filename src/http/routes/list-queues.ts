import { queuesDocument } from "../../core/wire/queues-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/** `GET /v1/queues`: of each queue how much is ready, scheduled and active, whether it is paused, and how long the oldest has waited. */
export function listQueues(parts: HttpParts): RouteHandler {
  return async (c) => {
    const stats = await parts.broker(c.env).stats();
    return jsonAnswer(JSON.stringify(queuesDocument(parts.config(c.env).taskQueues, stats)));
  };
}
