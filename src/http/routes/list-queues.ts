import { queuesDocument } from "../../core/wire/queues-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, listOf, named, objectOf } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/** `GET /v1/queues`: of each queue how much is ready, scheduled and active, whether it is paused, and how long the oldest has waited. */
export function listQueues(parts: HttpParts): RouteHandler {
  return async (c) => {
    const stats = await parts.broker(c.env).stats();
    return jsonAnswer(JSON.stringify(queuesDocument(parts.config(c.env).taskQueues, stats)));
  };
}

/** What `GET /openapi.json` tells of it. */
export const listQueuesAbout: RouteAbout = {
  id: "listQueues",
  tag: "queues",
  summary: "List the queues",
  answers: { 200: json("By name. `oldest_age` in seconds.", objectOf({ queues: listOf(named("Queue")) })) },
};
