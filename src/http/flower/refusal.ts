import type { Env } from "../../env.ts";
import type { HttpContext } from "../parts.ts";
import { type Problem, type Reason, statusOf } from "../problem.ts";

/** What `/v1` calls unprocessable (422) is a bad request in Flower's API. */
const BAD_REQUESTS: ReadonlySet<Reason> = new Set(["bad_body", "bad_option", "bad_arguments", "unknown_queue", "bad_calls", "bad_query"]);

/**
 * A problem as Flower's API answers it: the status, and the reason as plain text. Flower calls the text HTML, and leaves it out on the routes of tasks; here it holds names that
 * a client chose, which no browser should read as HTML. A 401 has no text, but where no key is configured at all.
 */
export function refusalAnswer(problem: Problem, { env }: Pick<HttpContext, "env">): Response {
  if (problem.reason === "bad_search") return Response.json({ error: problem.message }, { status: statusOf("bad_search") });
  const status = statusOf(BAD_REQUESTS.has(problem.reason) ? "bad_argument" : problem.reason);
  return new Response(textOf(problem, env), {
    status,
    headers: {
      ...problem.headers,
      "content-type": "text/plain; charset=UTF-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

function textOf({ reason, message, faults }: Problem, env: Env): string {
  if (reason === "unauthorized") return (env.CELERIAC_KEYS ?? "").trim() === "" ? message : "";
  if (reason === "method_not_allowed") return "";
  if (reason === "missing_scope") return `Read only mode is enabled: ${message}`;
  if (reason === "unavailable") return "Broker or result backend unavailable";
  if (faults.length < 2) return message;
  return faults.map((fault) => `${fault.path}: ${fault.message}`).join("\n");
}
