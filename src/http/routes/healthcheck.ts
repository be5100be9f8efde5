import type { RouteAbout } from "../openapi/route-about.ts";
import { text } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";

/** `GET /healthcheck`: `OK` when the broker answers, else 503. It needs no key. */
export function healthcheck(parts: HttpParts): RouteHandler {
  return async (c) => {
    try {
      await parts.broker(c.env).sweep();
    } catch (error) {
      console.error(error);
      throw new Problem("unavailable", "The broker does not answer; the cause is in the Worker's log.");
    }
    return new Response("OK", { headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" } });
  };
}

/** What `GET /openapi.json` tells of it. */
export const healthcheckAbout: RouteAbout = {
  id: "checkHealth",
  tag: "deployment",
  summary: "Tell whether the broker answers",
  answers: { 200: { description: "`OK`.", type: "text/plain", schema: text } },
};
