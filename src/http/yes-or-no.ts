import type { HttpContext } from "./parts.ts";
import { faultyProblem } from "./problem.ts";

/** Reads a parameter of the query that is `true` or `false`, which is the default. @throws Problem `bad_query` for another word */
export function readYesOrNo(c: HttpContext, name: string): boolean {
  const said = c.req.query(name) ?? "false";
  if (said === "true" || said === "false") return said === "true";
  const message = `expected true or false, got ${JSON.stringify(said.slice(0, 40))}`;
  throw faultyProblem("bad_query", [{ path: name, message }]);
}
