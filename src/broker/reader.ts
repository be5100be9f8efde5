import type { Line } from "../core/call.ts";
import type { Config } from "../core/config.ts";
import { queueOf } from "../core/lane-name.ts";
import type { Ended } from "../core/outcomes.ts";
import type { Lookup, TaskRecord } from "../core/result.ts";
import { isFinal } from "../core/state.ts";
import type { Book } from "./book.ts";
import type { StepLines } from "./step-lines.ts";
import type { Named } from "./store/names.ts";
import type { PageRow } from "./store/pages.ts";

/** Finds out what became of a task. */
export class Reader {
  readonly #book: Book;
  readonly #config: Config;
  readonly #lines: StepLines;

  constructor(book: Book, config: Config, lines: StepLines) {
    this.#book = book;
    this.#lines = lines;
    this.#config = config;
  }

  /** What became of a task by `now` (milliseconds since 1970). */
  read(id: string, { page, slot }: Named, now: number): Lookup {
    const row = this.#book.open.get(page)?.row ?? this.#book.pages.get(page);
    return row === undefined ? { found: false, why: "expired" } : this.of(id, row, slot, { now });
  }

  /** The same of a task whose page is at hand, perhaps with its lines. */
  of(id: string, row: PageRow, slot: number, { now, lines }: { now: number; lines?: readonly string[] }): Lookup {
    const open = this.#book.open.get(row.id);
    const outcome = open === undefined || open.hasEnded(slot) ? this.#book.results.find(row, slot) : undefined;
    if (outcome?.forgotten === true) return { found: false, why: "expired" };
    if (outcome !== undefined && outcome.doneAt + this.#config.resultExpires * 1000 <= now) return { found: false, why: "expired" };
    const line = (lines ?? this.#book.lines.of(row.id))[slot];
    if (line === undefined) return { found: false, why: "unknown" };
    const known = {
      id,
      line: this.#lines.shown(row, slot, line),
      queue: queueOf(row.queue),
      receivedAt: row.created,
      expires: open?.expires(slot) ?? row.head.expires?.[slot] ?? null,
    };
    const progress = outcome === undefined ? this.#unfinished(row, slot, line) : ended(row, slot, outcome);
    return { found: true, record: { ...known, ...progress } };
  }

  /** A task that waits or runs. What a task that runs calls final is so with its end only. */
  #unfinished(row: PageRow, slot: number, line: string): Progress {
    const open = this.#book.open.get(row.id);
    const note = this.#book.notes.of(row.id, slot, open);
    const holder = tracksStart(line, this.#config.taskTrackStarted) ? this.#book.holder(row.id, slot) : undefined;
    const noted = note === undefined ? undefined : this.#book.notes.shown(row.id, slot);
    const shown = noted !== undefined && (isFinal(noted.state) || (noted.state === "RETRY" && holder !== undefined)) ? undefined : noted;
    return {
      state: shown?.state ?? (holder === undefined ? "PENDING" : "STARTED"),
      result: shown?.result ?? null,
      traceback: shown?.traceback ?? null,
      retries: note?.retries ?? 0,
      eta: note?.due ?? row.head.due?.[slot] ?? null,
      worker: holder?.consumer ?? null,
      startedAt: holder?.grantedAt ?? null,
      doneAt: null,
      ...(note?.past === undefined ? {} : { past: note.past }),
    };
  }
}

type Progress = Omit<TaskRecord, "id" | "line" | "queue" | "receivedAt" | "expires">;

function ended(
  row: PageRow,
  slot: number,
  { state, result, traceback, worker, startedAt, doneAt, retries, children, past }: Ended,
): Progress {
  const eta = row.head.due?.[slot] ?? null;
  const record: Progress = { state, result, traceback, worker, startedAt, doneAt, eta, retries: retries ?? 0 };
  if (children !== undefined) record.children = children;
  if (past !== undefined) record.past = past;
  return record;
}

/** Whether a task shows that it runs: its call says so, or the configuration. */
function tracksStart(line: string, otherwise: boolean): boolean {
  // To open each line that is read would cost more than the reading.
  if (!line.includes('"track_started"')) return otherwise;
  return (JSON.parse(line) as Line).track_started ?? otherwise;
}
