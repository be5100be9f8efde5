import { jsonAnswer } from "../answer.ts";
import { discardBody } from "../body.ts";
import { makeEventToken, TOKEN_SECONDS } from "../event-token.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, objectOf, text, time } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";

/**
 * `POST /v1/events/token`: `{"token", "expires"}`, for a browser's `EventSource`, which cannot send a key. As `?token=` it opens `GET /v1/events` within 60 s, and nothing else; it may do so
 * more than once. A stream that was opened goes on. A body is ignored. It needs the scope `read`.
 */
export function eventToken(parts: HttpParts): RouteHandler {
  return async (c) => {
    await discardBody(c.req.raw);
    const until = parts.clock.now() + TOKEN_SECONDS * 1000;
    const token = await makeEventToken(c.env, until);
    return jsonAnswer(JSON.stringify({ token, expires: new Date(until).toISOString() }));
  };
}

/** What `GET /openapi.json` tells of it. */
export const eventTokenAbout: RouteAbout = {
  id: "makeEventToken",
  tag: "events",
  summary: "Get a token that opens the stream of events within a minute",
  text: "For a browser's `EventSource`, which cannot send a key. It opens nothing else.",
  answers: { 200: json("A token, and until when it opens a stream.", objectOf({ token: text, expires: time })) },
};
