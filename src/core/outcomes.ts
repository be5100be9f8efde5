/**
 * Outcomes as they are stored: one row keeps how several slots of a page ended. The values are spliced in as the text
 * they came in, never parsed on the way.
 */
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
][];

/** Writes outcomes as row texts, each with the slot it begins with. Slots ascend and none is in two rows. */
export function encodeOutcomes(ended: readonly Ended[]): OutcomeRow[] {
  const rows: OutcomeRow[] = [];
  const sorted = ended.toSorted((a, b) => a.slot - b.slot);
  let parts: string[] = [];
  let characters = 0;
  let first = 0;
  const flush = () => {
    if (parts.length > 0) rows.push({ slot: first, body: `[${parts.join(",")}]` });
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

/** Reads a row of outcomes. */
export function decodeOutcomes(body: string): Ended[] {
  return (JSON.parse(body) as Row).map(([slot, state, startedAt, doneAt, worker, traceback, result]) => ({
    slot,
    state,
    startedAt,
    doneAt,
    worker,
    traceback,
    result: JSON.stringify(result),
  }));
}

function encode({ slot, state, startedAt, doneAt, worker, traceback, result }: Ended): string {
  const trace = traceback === null ? "null" : JSON.stringify(traceback);
  return `[${slot},"${state}",${startedAt},${doneAt},${JSON.stringify(worker)},${trace},${result}]`;
}
