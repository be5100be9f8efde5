import type { Access } from "../parts.ts";
import { type Reason, statusOf } from "../problem.ts";
import { COMPONENTS } from "./components.ts";
import { type Answer, type RouteAbout, type Schema, TAGS } from "./route-about.ts";

/** What the document is made of: a route without its handler. */
export interface DescribedRoute {
  method: string;
  /** As Hono has it: `/v1/results/:id`. */
  path: string;
  access: Access;
  about: RouteAbout;
}

const WITH_BODY: readonly Reason[] = ["not_json", "not_utf8", "cut_short", "too_large", "unsupported_media_type", "bad_body"];
const ALWAYS: readonly Reason[] = ["foreign_host", "internal", "unavailable"];
const GUARDED: readonly Reason[] = ["unauthorized", "missing_scope", "foreign_origin"];

/**
 * The OpenAPI 3.1 document of the routes. `server` is what the paths stand behind, without a slash at the end: "" for the root.
 */
export function openapiDocument(routes: readonly DescribedRoute[], server = ""): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Celeriac",
      version: "1",
      summary: "Celery's task queue over HTTP",
      description: "Times are ISO-8601 UTC. Every refusal is a problem (RFC 9457) and has changed nothing. GET routes answer HEAD as well.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: server === "" ? "/" : server }],
    tags: TAGS.map((name) => ({ name })),
    security: [{ bearer: [] }, { basic: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A key of the secret CELERIAC_KEYS. The local runner needs none." },
        basic: { type: "http", scheme: "basic", description: "The key as password; the name does not matter." },
      },
      schemas: COMPONENTS,
    },
  };
}

function operationOf({ path, access, about }: DescribedRoute): Record<string, unknown> {
  const { id, tag, summary, text, body } = about;
  const need = access === "public" ? "Needs no key." : access === "any key" ? "Needs a key." : `Needs a key with the scope \`${access}\`.`;
  const parameters = parametersOf(path, about);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: text === undefined ? need : `${text} ${need}`,
    ...(access === "public" ? { security: [] } : { "x-scope": access }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: { required: body.required, content: contentOf(body.content) } }),
    responses: { ...answersOf(about.answers), ...problemsOf(access, about) },
  };
}

function parametersOf(path: string, { path: parts = {}, query = {}, headers = {} }: RouteAbout): Array<Record<string, unknown>> {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  return [
    ...names.map((name) => parameter("path", name, parts[name] ?? { type: "string" })),
    ...Object.entries(query).map(([name, schema]) => parameter("query", name, schema)),
    ...Object.entries(headers).map(([name, schema]) => parameter("header", name, schema)),
  ];
}

function parameter(place: "path" | "query" | "header", name: string, { description, ...schema }: Schema): Record<string, unknown> {
  return { in: place, name, required: place === "path", ...(description === undefined ? {} : { description }), schema };
}

function contentOf(content: Readonly<Record<string, Schema>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }]));
}

function answersOf(answers: Readonly<Record<number, Answer>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, type = "application/json", headers }]) => [
      status,
      {
        description,
        ...(headers === undefined ? {} : { headers: headersOf(headers) }),
        ...(schema === undefined ? {} : { content: contentOf({ [type]: schema }) }),
      },
    ]),
  );
}

function headersOf(headers: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }]));
}

/** The refusals by status: one answer names all that share it. */
function problemsOf(access: Access, about: RouteAbout): Record<string, unknown> {
  const reasons = new Set([
    ...ALWAYS,
    ...(access === "public" ? [] : GUARDED),
    ...(about.body ? WITH_BODY : []),
    ...(about.problems ?? []),
  ]);
  const groups = Map.groupBy(reasons, statusOf);
  const content = contentOf({ "application/problem+json": { $ref: "#/components/schemas/Problem" } });
  return Object.fromEntries(
    [...groups]
      .toSorted(([left], [right]) => left - right)
      .map(([status, names]) => [status, { description: names.map((name) => name.replaceAll("_", "-")).join(", "), content }]),
  );
}
