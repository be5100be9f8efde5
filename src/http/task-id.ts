import { Problem } from "./problem.ts";

const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Tells whether a text has the form of a task's id. */
export function isTaskId(id: string): boolean {
  return UUID_SHAPE.test(id);
}

/** Reads a task's id from a path, in lower case. @throws Problem `unknown_id` for what has not the form of one. */
export function readTaskId(id = ""): string {
  if (isTaskId(id)) return id.toLowerCase();
  throw new Problem("unknown_id", `${JSON.stringify(id.slice(0, 80))} is not a task id: expected a UUID, as a submit answers it.`);
}

/** What to say of an id that has no result. */
export function goneProblem(id: string, why: "unknown" | "expired", resultExpires: number): Problem {
  if (why === "unknown") return new Problem("unknown_id", `No task was ever given the id ${id}.`);
  return new Problem("expired", `The result of task ${id} is gone: results are kept ${resultExpires} seconds (result_expires).`);
}
