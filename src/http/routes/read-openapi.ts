import { type DescribedRoute, openapiDocument } from "../openapi/openapi-document.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { anyObject, json } from "../openapi/schemas.ts";
import type { RouteHandler } from "../parts.ts";
import { taggedAnswer } from "../tagged-answer.ts";

/**
 * `GET /openapi.json`: the OpenAPI 3.1 document of all routes, made on the first request for it and then kept. It has an `ETag`, and is the same for
 * everybody: no key is needed. Its server is the path that the door is mounted at.
 */
export function readOpenapi(routes: () => readonly DescribedRoute[]): RouteHandler {
  let kept: { server: string; text: string } | undefined;
  return async (c) => {
    const server = c.req.path.slice(0, c.req.path.lastIndexOf("/openapi.json"));
    if (kept?.server !== server) kept = { server, text: JSON.stringify(openapiDocument(routes(), server)) };
    return taggedAnswer(c.req.raw, kept.text);
  };
}

/** What `GET /openapi.json` tells of it. */
export const readOpenapiAbout: RouteAbout = {
  id: "readOpenapi",
  tag: "deployment",
  summary: "This document",
  headers: { "If-None-Match": { type: "string", description: "An ETag answered before." } },
  answers: { 200: json("OpenAPI 3.1.", anyObject, { ETag: "Changes with the document." }), 304: { description: "It is the same still." } },
};
