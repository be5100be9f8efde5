import type { Reason } from "../problem.ts";

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** The chapters of the API's page, in its order. */
export const TAGS = ["tasks", "results", "canvas", "queues", "schedules", "inspect and control", "events", "deployment"] as const;

/** One answer of a route that is no problem. */
export interface Answer {
  description: string;
  /** What comes; left out: no body. */
  schema?: Schema;
  /** Default `application/json`. */
  type?: string;
  /** Headers worth a word, by name. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * What `GET /openapi.json` tells of a route: everything that its method, path and access do not say. Every route has one, beside its handler.
 * It describes; what checks a request is the handler. The problems that any route may answer (401, 403, 405, 500, 503, and with a body 400, 413
 * and 415) are added to it.
 */
export interface RouteAbout {
  /** The `operationId`, in camelCase: generated clients name a method after it. */
  id: string;
  tag: (typeof TAGS)[number];
  /** One line, without a stop. */
  summary: string;
  /** More, where there is more to know; plain sentences. */
  text?: string;
  /** Schemas of the parts of the path, by their names; one that is left out is a string. */
  path?: Readonly<Record<string, Schema>>;
  /** Query parameters, none of them required. `description` goes into the schema. */
  query?: Readonly<Record<string, Schema>>;
  /** Request headers, none of them required. */
  headers?: Readonly<Record<string, Schema>>;
  /** The body by content type; `required` is false where the route also works without one. */
  body?: { required: boolean; content: Readonly<Record<string, Schema>> };
  /** By status. */
  answers: Readonly<Record<number, Answer>>;
  /** What else it may be refused for, beyond what any route may. */
  problems?: readonly Reason[];
}
