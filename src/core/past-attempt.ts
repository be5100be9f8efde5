/** An attempt at a task that did not end it. */
export interface PastAttempt {
  /** `RETRY` and `REJECTED`: its consumer said so; `LOST`: its consumer was lost, and when exactly nobody knows. */
  state: "RETRY" | "REJECTED" | "LOST";
  worker: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Milliseconds since 1970. */
  endedAt: number;
  /** The error that it is retried for, in a line; absent: there is none. */
  error?: string;
}

/** The newest are kept: they lie in the row that the task has anyway, and in memory while it waits. */
const MOST_PAST = 20;
const LONGEST_ERROR = 200;
/** A longer document is not opened for a line. */
const LONGEST_DOCUMENT = 20_000;

/** The attempts with one more. */
export function withAttempt(past: readonly PastAttempt[] | undefined, attempt: PastAttempt): PastAttempt[] {
  return [...(past ?? []).slice(1 - MOST_PAST), attempt];
}

/** An error document (JSON text) in a line, as Python writes an error under its stack; undefined for what is none. */
export function errorLine(document: string): string | undefined {
  if (document.length > LONGEST_DOCUMENT) return undefined;
  const { exc_type: type, exc_message: message } = (JSON.parse(document) ?? {}) as { exc_type?: unknown; exc_message?: unknown };
  if (typeof type !== "string") return undefined;
  const said = (Array.isArray(message) ? message : [message]).map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  return `${type}: ${said.join(", ")}`.slice(0, LONGEST_ERROR);
}
