import type { Clock } from "../clock.ts";
import { discardBody } from "./body.ts";
import { corsHeaders, preflightAnswer } from "./cors.ts";
import { admit, admitToken, checkHost, requireScope, type Visitor } from "./doorkeeper.ts";
import { eventTokenOf } from "./event-token.ts";
import { noteRequest } from "./note-request.ts";
import type { Access, Guard, HttpContext, HttpParts } from "./parts.ts";
import { statusOf, toProblem } from "./problem.ts";
import { SubmitLimits } from "./submit-limit.ts";

const STRANGER: Visitor = { scopes: new Set(), name: "" };
const NONE: Readonly<Record<string, string>> = {};

/** Makes the wrapper that every route stands behind: host, origin, key, scope and submit rate are checked there, and errors answered. */
export function createGuard(parts: HttpParts): Guard {
  const limits = new SubmitLimits();
  let awake = parts.wake === undefined;
  return (access, handle, answerOf = (problem) => problem.toResponse()) =>
    async (c) => {
      let cors = NONE;
      let limited = () => NONE;
      let name = "";
      try {
        if (!awake) {
          awake = true;
          // The same object; Hono's type of it lags behind the platform's.
          parts.wake?.(c.env, c.executionCtx as ExecutionContext);
        }
        const { httpCorsOrigins, httpSubmitRateLimit } = parts.config(c.env);
        if (httpCorsOrigins.length > 0) {
          checkHost(c.req.raw, c.env);
          const preflight = preflightAnswer(c.req.raw, httpCorsOrigins);
          if (preflight !== undefined) return preflight;
          cors = corsHeaders(c.req.raw, httpCorsOrigins);
        }
        const asked = letIn(c, access, parts.clock, httpCorsOrigins);
        let visitor = asked instanceof Promise ? await asked : asked;
        name = visitor.name;
        requireAccess(visitor, access);
        if (access === "submit" && httpSubmitRateLimit !== null) {
          const admitted = limits.enter(visitor, httpSubmitRateLimit, parts.clock.now());
          visitor = admitted.visitor;
          limited = admitted.headers;
        }
        const answer = await handle(c, visitor);
        noteRequest(parts.log?.(), c.req, name, answer.status);
        return withHeaders(answer, cors, limited());
      } catch (error) {
        await discardBody(c.req.raw);
        const problem = toProblem(error);
        noteRequest(parts.log?.(), c.req, name, statusOf(problem.reason), problem.reason);
        return withHeaders(answerOf(problem, c), cors, limited());
      }
    };
}

function letIn(c: HttpContext, access: Access, clock: Clock, trusted: readonly string[]): Visitor | Promise<Visitor> {
  const request = c.req.raw;
  if (access === "public") {
    checkHost(request, c.env);
    return STRANGER;
  }
  const token = eventTokenOf(request);
  return token === undefined ? admit(request, c.env, clock.now(), trusted) : admitToken(request, c.env, token, clock.now());
}

function requireAccess(visitor: Visitor, access: Access): void {
  if (access === "any key" || access === "public") return;
  requireScope(visitor, access, access === "submit" ? "Submitting tasks" : "This route");
}

/** The answer with further headers; a new one only where there are any, since some answers may not be changed. */
function withHeaders(answer: Response, ...sets: ReadonlyArray<Readonly<Record<string, string>>>): Response {
  const entries = sets.flatMap((set) => Object.entries(set));
  if (entries.length === 0) return answer;
  const changed = new Response(answer.body, answer);
  for (const [name, value] of entries) {
    if (name === "vary") changed.headers.append(name, value);
    else changed.headers.set(name, value);
  }
  return changed;
}
