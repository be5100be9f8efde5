import { statsDocument } from "../../core/wire/stats-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { anyObject, json, listOf, objectOf } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/** `GET /v1/inspect/stats`: what the broker has counted since its objects were last started, and what it costs at list prices. */
export function inspectStats(parts: HttpParts): RouteHandler {
  return async (c) => jsonAnswer(JSON.stringify(statsDocument(await parts.broker(c.env).stats())));
}

/** What `GET /openapi.json` tells of it. */
export const inspectStatsAbout: RouteAbout = {
  id: "inspectStats",
  tag: "inspect and control",
  summary: "What the broker has counted since it was last started, and what that costs",
  answers: { 200: json("By shard.", objectOf({ shards: listOf(anyObject) }, { open: true })) },
};
