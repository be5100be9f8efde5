import type { HttpParts, RouteHandler } from "../parts.ts";
import { flowerAnswer } from "./answer.ts";

/** `GET /api/task/types`: the names of the registered tasks (Flower tells those that it has seen). */
export function taskTypes(parts: HttpParts): RouteHandler {
  return (c) => flowerAnswer(c, JSON.stringify({ "task-types": parts.registry.names().toSorted() }));
}
