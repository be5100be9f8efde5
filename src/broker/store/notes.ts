import type { NotedSlot, ShownState, SlotNote } from "../slot-note.ts";
import type { Sql, SqlValue } from "./sql.ts";

/** A longer line lies in a table of its own: with an error and its traceback it could be more than a row holds (2 MB). */
const INLINE_CHARACTERS = 32_000;

const VALUES = "INSERT INTO attempt (page, slot, attempts, lost_alone, note, line";
const KEEPING = `${VALUES}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (page, slot) DO UPDATE SET
  attempts = excluded.attempts, lost_alone = excluded.lost_alone, note = excluded.note, line = coalesce(excluded.line, line)`;
const SHOWING = `${KEEPING.replace("line) VALUES (", "line, state, result, traceback) VALUES (?, ?, ?, ")},
  state = excluded.state, result = excluded.result, traceback = excluded.traceback`;

/** What is written down with a note; what is absent stays as it was. */
export interface NoteTexts {
  /** Null: what was shown is gone. */
  shown?: ShownState | null;
  /** Another line than the call's; its length is in the note. */
  line?: string;
}

/** What slots remember that are not fresh: one row each. It goes with the page's end. */
export class NoteStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  put(page: number, slot: number, note: SlotNote, { shown, line }: NoteTexts = {}): void {
    const inline = line === undefined || line.length > INLINE_CHARACTERS ? null : line;
    const values: SqlValue[] = [page, slot, note.attempts, note.lostAlone, write(note), inline];
    if (shown === undefined) this.#sql.run(KEEPING, ...values);
    else this.#sql.run(SHOWING, ...values, shown?.state ?? null, shown?.result ?? null, shown?.traceback ?? null);
    if (line !== undefined && inline === null)
      this.#sql.run("INSERT OR REPLACE INTO changed_line (page, slot, text) VALUES (?, ?, ?)", page, slot, line);
  }

  /** The notes of a page's slots, those of ended ones too. */
  all(page: number): NotedSlot[] {
    return this.#sql.all<Raw>(`SELECT slot, ${NOTE} FROM attempt WHERE page = ?`, page).map((raw) => ({ slot: raw.slot, note: read(raw) }));
  }

  get(page: number, slot: number): SlotNote | undefined {
    const raw = this.#sql.first<Raw>(`SELECT slot, ${NOTE} FROM attempt WHERE page = ? AND slot = ?`, page, slot);
    return raw && read(raw);
  }

  /** What a slot shows that has not ended; nothing when it has nothing to show. */
  shown(page: number, slot: number): ShownState | undefined {
    const row = this.#sql.first<{ state: string | null; result: string | null; traceback: string | null }>(
      "SELECT state, result, traceback FROM attempt WHERE page = ? AND slot = ?",
      page,
      slot,
    );
    if (row === undefined || row.state === null) return undefined;
    return { state: row.state, result: row.result ?? "null", traceback: row.traceback };
  }

  /** The line that a slot is run with instead of the call's; nothing when it has none. */
  line(page: number, slot: number, { lineLength }: SlotNote): string | undefined {
    if (lineLength === undefined) return undefined;
    const query = lineLength > INLINE_CHARACTERS ? "SELECT text FROM changed_line" : "SELECT line AS text FROM attempt";
    return this.#sql.first<{ text: string }>(`${query} WHERE page = ? AND slot = ?`, page, slot)?.text;
  }

  delete(page: number): void {
    this.#sql.run("DELETE FROM attempt WHERE page = ?", page);
    this.#sql.run("DELETE FROM changed_line WHERE page = ?", page);
  }
}

const NOTE = "attempts, lost_alone, note";

type Raw = { slot: number; attempts: number; lost_alone: number; note: string | null };

/** Suspects of which nothing else is known are what most notes are of, and all that the version before wrote: they need no text. */
function write({ attempts: _attempts, lostAlone: _lostAlone, ...rest }: SlotNote): string | null {
  const isPlain = rest.waits === "alone" && Object.values(rest).filter((value) => value !== undefined).length === 1;
  return isPlain ? null : JSON.stringify(rest);
}

function read({ attempts, lost_alone: lostAlone, note }: Raw): SlotNote {
  const rest = note === null ? { waits: "alone" as const } : (JSON.parse(note) as Omit<SlotNote, "attempts" | "lostAlone">);
  return { attempts, lostAlone, ...rest };
}
