import { statsDocument } from "../../core/wire/stats-document.ts";
import { jsonAnswer } from "../answer.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/** `GET /v1/inspect/stats`: what the broker has counted since its objects were last started, and what it costs at list prices. */
export function inspectStats(parts: HttpParts): RouteHandler {
  return async (c) => jsonAnswer(JSON.stringify(statsDocument(await parts.broker(c.env).stats())));
}
