import { jsonAnswer } from "../answer.ts";
import { discardBody } from "../body.ts";
import { bearerKey, type Visitor } from "../doorkeeper.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { json, listOf, objectOf, orNull, text, told } from "../openapi/schemas.ts";
import type { HttpParts, RouteHandler } from "../parts.ts";
import { endedSessionCookie, makeSessionCookie, SESSION_SECONDS } from "../session-cookie.ts";

/** `GET /v1/session`: who asks: `{"name", "scopes"}`, the key's name and what it may do; `name` is null where no key is asked for. */
export const readSession: RouteHandler = async (_, visitor) => jsonAnswer(documentOf(visitor));

/**
 * `POST /v1/session` with a key as Bearer: the same, and a cookie that stands for the key for twelve hours, at this deployment's `/v1`: for a browser's pages, which have no better place
 * for a key. It is HttpOnly and SameSite=Strict; what changes something is refused to other origins, as with Basic. A body is ignored.
 */
export function startSession(parts: HttpParts): RouteHandler {
  return async (c, visitor) => {
    await discardBody(c.req.raw);
    const answer = jsonAnswer(documentOf(visitor));
    const key = bearerKey(c.req.raw);
    if (key === undefined || visitor.name === "") return answer;
    const until = parts.clock.now() + SESSION_SECONDS * 1000;
    answer.headers.set("set-cookie", await makeSessionCookie(c.req.raw, c.env, key, until));
    return answer;
  };
}

/** `DELETE /v1/session`: takes the cookie away. It needs no key: what it takes may be over. */
export const endSession: RouteHandler = async (c) => {
  const headers = { "set-cookie": endedSessionCookie(c.req.raw), "cache-control": "no-store" };
  return new Response(null, { status: 204, headers });
};

function documentOf({ name, scopes }: Visitor): string {
  return JSON.stringify({ name: name === "" ? null : name, scopes: [...scopes] });
}

const SESSION = objectOf({
  name: told(orNull(text), "The key's name; null: no key is asked for."),
  scopes: listOf({ enum: ["submit", "read", "control"] }),
});

/** What `GET /openapi.json` tells of them. */
export const readSessionAbout: RouteAbout = {
  id: "readSession",
  tag: "deployment",
  summary: "Read what the key may do",
  answers: { 200: json("The key's name and scopes.", SESSION) },
};
export const startSessionAbout: RouteAbout = {
  id: "startSession",
  tag: "deployment",
  summary: "Exchange a key for a cookie that no script can read",
  text: "For pages in a browser. The cookie stands for the key for twelve hours, at `/v1` alone, and is not sent from other sites.",
  answers: { 200: json("The key's name and scopes.", SESSION, { "set-cookie": "The session." }) },
};
export const endSessionAbout: RouteAbout = {
  id: "endSession",
  tag: "deployment",
  summary: "Take the cookie of a session away",
  answers: { 204: { description: "It is gone." } },
};
