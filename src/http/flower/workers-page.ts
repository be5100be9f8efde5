import type { Hono } from "hono";
import { flowerWorkersPage } from "../../core/wire/flower-workers-page.ts";
import type { Env } from "../../env.ts";
import type { Guard, HttpParts } from "../parts.ts";
import { flowerAnswer } from "./answer.ts";
import { refusalAnswer } from "./refusal.ts";

/** Scripts ask the page of workers for its data; before Flower 2 it was the dashboard. */
const PATHS = ["/workers", "/dashboard"];

/**
 * Mounts `GET /workers?json=1`, and its name of old, `GET /dashboard?json=1`: the data of Flower's page of workers (core/wire/flower-workers-page.ts). Without `json` these paths
 * are somebody else's.
 */
export function mountWorkersPage(http: Hono<{ Bindings: Env }>, parts: HttpParts, guarded: Guard): void {
  const answer = guarded(
    "read",
    async (c) => flowerAnswer(c, JSON.stringify(flowerWorkersPage(await parts.broker(c.env).stats(), parts.clock.now()))),
    refusalAnswer,
  );
  for (const path of PATHS) http.get(path, (c, next) => (c.req.query("json") === "1" ? answer(c) : next()));
}
