import { type FinalState, isFinal, type KnownState } from "./state.ts";

/** What `update_state` wrote last: a state, and its meta as JSON text. */
export interface WrittenState {
  state: KnownState;
  result: string;
}

/**
 * How a task ends whose attempt asked to be ignored (`Ignore`): in Celery what `update_state` wrote last stands. A state that is final counts as it
 * is; any other one ends as SUCCESS, so that nobody waits for ever, with the meta as its result; null when nothing was written. An error that is no
 * error document becomes the argument of one.
 */
export function endOfIgnored(written: WrittenState | undefined): { state: FinalState; result: string } {
  if (written === undefined) return { state: "SUCCESS", result: "null" };
  const { state, result } = written;
  if (!isFinal(state) || state === "SUCCESS") return { state: "SUCCESS", result };
  if (isErrorDocument(JSON.parse(result))) return { state, result };
  const exc_type = state === "REVOKED" ? "TaskRevokedError" : "Ignore";
  return { state, result: `{"exc_type":"${exc_type}","exc_message":[${result}],"exc_module":"celery.exceptions"}` };
}

function isErrorDocument(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { exc_type: type, exc_message: message } = value as { exc_type?: unknown; exc_message?: unknown };
  return typeof type === "string" && Array.isArray(message);
}
