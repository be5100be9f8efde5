/**
 * Outcomes as they are stored: one row keeps how several slots of a page ended. The values are spliced in as the text
 * they came in, never parsed on the way.
 */
import type { PastAttempt } from "./past-attempt.ts";
import type { FinalState } from "./state.ts";

/** How a task ended, as it is kept. */
export interface StoredOutcome {
  state: FinalState;
  /** The value or the error document, as JSON text. */
  result: string;
  traceback: string | null;
  worker: string | null;
  startedAt: number | null;
  /** Milliseconds since 1970. */
  doneAt: number;
  /** The ids of the tasks that it called, the first 5,000 of them; absent: none. */
  children?: string[];
  /** How many times it was retried; absent: 0. */
  retries?: number;
  /** The attempts before the one that ended it; absent: none is known. */
  past?: PastAttempt[];
  /** Its result was forgotten: it reads as expired. */
  forgotten?: true;
}

/** One slot's outcome on its way into a row. */
export interface Ended extends StoredOutcome {
  slot: number;
}

/**
 * About how many characters (of at most three bytes each) one row of outcomes holds; a single larger outcome has a row of its own:
 * a result of 1,000,000 bytes and a traceback stay below the platform's 2 MB.
 */
export const ROW_CHARACTERS = 256_000;

/** So many children are kept: beside the largest result they leave a row below the platform's limit. */
const MOST_CHILDREN = 5_000;

/** One row: the slot it begins with, and its text. */
export interface OutcomeRow {
  slot: number;
  body: string;
}

type Row = [
  slot: number,
  state: FinalState,
  startedAt: number | null,
  doneAt: number,
  worker: string | null,
  traceback: string | null,
  result: unknown,
  // What most tasks have none of is left out from the end.
  children?: string[] | null,
  retries?: number,
  forgotten?: 0 | 1,
  past?: PastAttempt[],
][];

/** Writes outcomes as row texts, each with the slot it begins with. Slots ascend and none is in two rows. */
export function encodeOutcomes(ended: readonly Ended[]): OutcomeRow[] {
  const rows: OutcomeRow[] = [];
  const sorted = ended.toSorted((a, b) => a.slot - b.slot);
  let parts: string[] = [];
  let characters = 0;
  let first = 0;
  const flush = () => {
    if (parts.length > 0) rows.push({ slot: first, body: rowOf(parts) });
    parts = [];
    characters = 0;
  };
  for (const outcome of sorted) {
    const text = encode(outcome);
    if (characters + text.length > ROW_CHARACTERS) flush();
    if (parts.length === 0) first = outcome.slot;
    parts.push(text);
    characters += text.length;
  }
  flush();
  return rows;
}

/** The same row without the result of one slot; with it, but forgotten to all who ask, where a later step needs it (`keep`). */
export function forgetOutcome(body: string, slot: number, keep = false): string {
  const forget = (outcome: Ended): Ended => (keep ? { ...outcome, forgotten: true } : forgotten(outcome));
  return rowOf(decodeOutcomes(body).map((outcome) => encode(outcome.slot === slot ? forget(outcome) : outcome)));
}

/** Reads a row of outcomes. */
export function decodeOutcomes(body: string): Ended[] {
  return (JSON.parse(body) as Row).map(
    ([slot, state, startedAt, doneAt, worker, traceback, result, children, retries, forgotten, past]) => {
      const outcome: Ended = { slot, state, startedAt, doneAt, worker, traceback, result: JSON.stringify(result) };
      if (children) outcome.children = children;
      if (retries) outcome.retries = retries;
      if (forgotten) outcome.forgotten = true;
      if (past) outcome.past = past;
      return outcome;
    },
  );
}

function rowOf(parts: readonly string[]): string {
  return `[${parts.join(",")}]`;
}

function forgotten({ slot, state, startedAt, doneAt }: Ended): Ended {
  return { slot, state, startedAt, doneAt, worker: null, traceback: null, result: "null", forgotten: true };
}

function encode(outcome: Ended): string {
  const { slot, state, startedAt, doneAt, worker, traceback, result } = outcome;
  const trace = traceback === null ? "null" : JSON.stringify(traceback);
  return `[${slot},"${state}",${startedAt},${doneAt},${JSON.stringify(worker)},${trace},${result}${encodeMore(outcome)}]`;
}

function encodeMore({ children = [], retries = 0, forgotten, past = [] }: Ended): string {
  if (children.length === 0 && retries === 0 && forgotten === undefined && past.length === 0) return "";
  const called = children.length === 0 ? "null" : JSON.stringify(children.slice(0, MOST_CHILDREN));
  if (past.length > 0) return `,${called},${retries},${forgotten === undefined ? 0 : 1},${JSON.stringify(past)}`;
  return `,${called},${retries}${forgotten === undefined ? "" : ",1"}`;
}
