import { flowerQueues } from "../../core/wire/flower-queues.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { flowerAnswer } from "./answer.ts";

/** `GET /api/queues/length`: how many tasks wait in each queue (core/wire/flower-queues.ts). */
export function queueLengths(parts: HttpParts): RouteHandler {
  return async (c) => flowerAnswer(c, JSON.stringify(flowerQueues(parts.config(c.env).taskQueues, await parts.broker(c.env).stats())));
}
