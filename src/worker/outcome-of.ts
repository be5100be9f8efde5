import type { AckPolicy } from "../core/acknowledgement.ts";
import { afterBadEnd } from "../core/acknowledgement.ts";
import type { AttemptEnd, OwnEnd } from "../core/attempt-end.ts";
import { exceeds } from "../core/byte-length.ts";
import type { ErrorDocument } from "../core/error-document.ts";
import { describeError } from "../core/error-document.ts";
import { PAYLOAD_LIMIT } from "../core/payload-limit.ts";
import type { Again, Outcome } from "../core/result.ts";
import { encodeResult } from "../core/wire/encode-result.ts";
import { rewriteLine } from "./line.ts";
import type { RunningTask } from "./running-task.ts";

/** Longest traceback kept, in characters. */
const LONGEST_TRACEBACK = 100_000;

/** What must be known of an attempt to report it. */
export interface Reported {
  task: RunningTask;
  /** The task's name, for messages. */
  name: string;
  startedAt: number;
  endedAt: number;
  /** The return value is not kept. */
  ignored: boolean;
  /** Nor are errors. */
  errorsIgnored: boolean;
  acks: AckPolicy;
}

/** An attempt as it is reported: its outcome, the end that it came to, and the error's document where there is one. */
export interface Concluded {
  outcome: Outcome;
  end: AttemptEnd;
  document?: ErrorDocument;
  traceback?: string | null;
}

/**
 * Makes of an end what the broker is told. What was returned, or is to be called with again, and cannot be stored makes a failure of it (`EncodeError`).
 * An error's document and stack are cut to what a row holds; of a task that keeps neither result nor errors the state alone is told.
 */
export function outcomeOf(end: OwnEnd, reported: Reported): Concluded {
  try {
    return conclude(end, reported);
  } catch (error) {
    return conclude({ how: "failed", error, expected: false }, reported);
  }
}

function conclude(end: OwnEnd, reported: Reported): Concluded {
  const { task, name, startedAt, endedAt, ignored, acks } = reported;
  const { page, slot, attempt, line } = task.granted;
  const about = { page, slot, attempt };
  const times = { startedAt, endedAt };
  switch (end.how) {
    case "succeeded": {
      const result = ignored ? "null" : encodeResult(end.value, name);
      return { outcome: { page, slot, attempt, state: "SUCCESS", result, traceback: null, startedAt, endedAt }, end };
    }
    case "ignored":
      return { outcome: { ...about, state: "IGNORED", result: "null", traceback: null, ...times }, end };
    default: {
      const { document, traceback } = describeError(end.error);
      const kept = reported.errorsIgnored ? { result: "null", traceback: null } : keep(document, traceback);
      const facts = { end, document, traceback };
      if (end.how === "retried") {
        const { due, retries, args, kwargs, queue, priority } = end.delay;
        const again: Again = { due, retries };
        if (args !== undefined || kwargs !== undefined) again.line = rewriteLine(line, { args, kwargs }, name);
        if (queue !== undefined) again.queue = queue;
        if (priority !== undefined) again.priority = priority;
        return { outcome: { ...about, state: "RETRY", ...kept, ...times, again }, ...facts };
      }
      if (end.how === "rejected" && afterBadEnd(end.requeue ? "reject_requeue" : "reject", acks) === "again") {
        return { outcome: { ...about, state: "REJECTED", ...kept, ...times }, ...facts };
      }
      const state = end.how === "revoked" ? "REVOKED" : "FAILURE";
      return { outcome: { ...about, state, ...kept, ...times }, ...facts };
    }
  }
}

function keep(document: ErrorDocument, traceback: string | null): { result: string; traceback: string | null } {
  return { result: encodeDocument(document), traceback: cutTraceback(traceback) };
}

function encodeDocument(document: ErrorDocument): string {
  const text = JSON.stringify(document);
  if (!exceeds(text, PAYLOAD_LIMIT)) return text;
  const message = document.exc_message.map((part) => String(part)).join(", ");
  const note = `${message.slice(0, 1_000)}… (cut: the error took more than ${PAYLOAD_LIMIT} bytes of JSON)`;
  return JSON.stringify({ exc_type: document.exc_type.slice(0, 200), exc_message: [note], exc_module: document.exc_module.slice(0, 200) });
}

function cutTraceback(traceback: string | null): string | null {
  if (traceback === null || traceback.length <= LONGEST_TRACEBACK) return traceback;
  return `${traceback.slice(0, LONGEST_TRACEBACK)}\n… (cut at ${LONGEST_TRACEBACK} characters)`;
}
