import type { Line } from "../call.ts";
import type { StoredOutcome } from "../outcomes.ts";
import { PAYLOAD_LIMIT } from "../payload-limit.ts";
import type { Template } from "./workflow.ts";

/** A task that called others back. */
export interface FailedTask {
  id: string;
  rootId: string;
  parentId: string | null;
  /** The call's line. */
  line: string;
}

/** How the body of a chord ends of which a member has not succeeded: FAILURE `ChordError`, in Celery's words. @param cause the member's id, and how it ended */
export function chordError(cause: string, result = "null"): Pick<StoredOutcome, "state" | "result"> {
  const document = JSON.stringify({
    exc_type: "ChordError",
    exc_message: [`Dependency ${cause} raised ${reprOf(result)}`],
    exc_module: "celery.exceptions",
  });
  return { state: "FAILURE", result: document };
}

/** Errors that are kept this often or more are cut to so many characters of their message, if they are longer together. */
const LONGEST_TOGETHER = 4_000_000;
const SHORT_MESSAGE = 1_000;

/** How `count` later steps end for the sake of one: as it did. What is too long to be kept so often is cut to the head of its message. */
export function sameEnd({ state, result }: StoredOutcome, count: number): Pick<StoredOutcome, "state" | "result"> {
  if (result.length * count <= LONGEST_TOGETHER) return { state, result };
  const { exc_type, exc_message, exc_module } = (JSON.parse(result) ?? {}) as {
    exc_type?: unknown;
    exc_message?: unknown;
    exc_module?: unknown;
  };
  const [head = ""] = Array.isArray(exc_message) ? exc_message : [];
  const message = typeof head === "string" ? head : JSON.stringify(head);
  const cut = message.length > SHORT_MESSAGE ? `${message.slice(0, SHORT_MESSAGE)}… (cut)` : message;
  return { state, result: JSON.stringify({ exc_type, exc_message: [cut], exc_module }) };
}

/** An error as Python prints it: its class, and what it was made with. */
function reprOf(result: string): string {
  const document: unknown = JSON.parse(result);
  if (typeof document !== "object" || document === null || !("exc_type" in document)) return "an error that was not kept";
  const { exc_type: type, exc_message: message } = document as { exc_type: unknown; exc_message?: unknown };
  const parts = Array.isArray(message) ? message : message === undefined ? [] : [message];
  return `${type}(${parts.map((part) => (typeof part === "string" ? `'${part.slice(0, 1_000)}'` : JSON.stringify(part))).join(", ")})`;
}

/** What a callback is given, as JSON texts with commas between: a link the value, an errback the failed task's id or Celery's request, error and stack. */
export function callbackGets(given: Template["given"], task: FailedTask, { result, traceback }: StoredOutcome): string {
  if (given === "value") return result;
  if (given === "id") return JSON.stringify(task.id);
  const { task: name, args = [], kwargs = {} } = JSON.parse(task.line) as Line;
  const request = { id: task.id, task: name, args, kwargs, root_id: task.rootId, parent_id: task.parentId };
  return `${JSON.stringify(request)},${result},${JSON.stringify(traceback)}`;
}

/** How a task ends that was replaced by a canvas whose value is too long to be kept. */
export const tooLongResult = JSON.stringify({
  exc_type: "EncodeError",
  exc_message: [
    `expected a canvas whose value is at most ${PAYLOAD_LIMIT} bytes of JSON in the place of the task that was replaced by it, got more: ` +
      "store the data elsewhere and return its key",
  ],
  exc_module: "kombu.exceptions",
});
