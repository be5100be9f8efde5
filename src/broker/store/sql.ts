import { byteLength } from "../../core/byte-length.ts";

/** The most bytes of a value, and of a row, in production. The local runtime takes twice as many, and would hide what breaks there. */
const LARGEST_ROW = 2_000_000;

/** A value that SQLite keeps. */
export type SqlValue = string | number | null | ArrayBuffer;

/** A row as a statement gives it. */
export type SqlRow = Record<string, SqlValue>;

/** What the object's storage offers (`ctx.storage.sql`), as far as the stores need it; the simulation gives Node's SQLite. */
export interface SqlSource {
  exec<T extends SqlRow>(query: string, ...bindings: SqlValue[]): SqlCursor<T>;
}

/** The rows of one statement; the counts are final once all rows were read. */
export interface SqlCursor<T> extends Iterable<T> {
  toArray(): T[];
  /** The rows as arrays of their columns, in the statement's order. */
  raw<C extends SqlValue[]>(): Iterable<C>;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** How many rows the largest batch has. */
const MOST_ROWS = 64;

/**
 * Rows to be read as far as there is need, in batches that grow: `read` gives so many rows beyond the last one. No cursor is left
 * in the middle: such a one keeps its statement from being used again, and SQLite from cutting its log, until it is collected.
 */
export function* inBatches<T>(read: (last: T | undefined, limit: number) => T[]): Generator<T> {
  let last: T | undefined;
  for (let limit = 1; ; limit = Math.min(MOST_ROWS, limit * 4)) {
    const rows = read(last, limit);
    yield* rows;
    if (rows.length < limit) return;
    last = rows[rows.length - 1];
  }
}

/**
 * Runs the stores' statements, and counts the rows they read and write: rows are what is billed. A limit is bound as `LIMIT +?`: with a bare `LIMIT ?` SQLite
 * (since 3.48) plans the statement anew each time, for the value might call for another plan, which takes several times as long as running it.
 */
export class Sql {
  rowsRead = 0;
  rowsWritten = 0;
  readonly #source: SqlSource;

  constructor(source: SqlSource) {
    this.#source = source;
  }

  /** Runs a statement that gives no rows. Throws when it would write more than production takes in one row: 2,000,000 bytes. */
  run(query: string, ...bindings: SqlValue[]): void {
    refuseTooLarge(query, bindings);
    this.#count(this.#source.exec(query, ...bindings));
  }

  /** All rows of a statement. */
  all<T extends SqlRow>(query: string, ...bindings: SqlValue[]): T[] {
    const cursor = this.#source.exec<T>(query, ...bindings);
    const rows = cursor.toArray();
    this.#count(cursor);
    return rows;
  }

  /** All rows of a statement, each an array of its columns: where there are very many, giving each its names takes longer than reading it. */
  arrays<T extends SqlValue[]>(query: string, ...bindings: SqlValue[]): T[] {
    const cursor = this.#source.exec(query, ...bindings);
    const rows = [...cursor.raw<T>()];
    this.#count(cursor);
    return rows;
  }

  /** The first row of a statement. */
  first<T extends SqlRow>(query: string, ...bindings: SqlValue[]): T | undefined {
    return this.all<T>(query, ...bindings)[0];
  }

  /** The rows of a statement one by one, all of them (`inBatches` is for those who stop early); the reader must not wait in between. */
  *each<T extends SqlRow>(query: string, ...bindings: SqlValue[]): Generator<T> {
    const cursor = this.#source.exec<T>(query, ...bindings);
    try {
      yield* cursor;
    } finally {
      this.#count(cursor);
    }
  }

  #count(cursor: SqlCursor<unknown>): void {
    this.rowsRead += cursor.rowsRead;
    this.rowsWritten += cursor.rowsWritten;
  }
}

function refuseTooLarge(query: string, bindings: readonly SqlValue[]): void {
  const texts = bindings.filter((value) => typeof value === "string");
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (characters * 3 <= LARGEST_ROW) return;
  const bytes = texts.reduce((sum, text) => sum + byteLength(text), 0);
  if (bytes > LARGEST_ROW)
    throw new Error(`expected a row of at most ${LARGEST_ROW} bytes, which production takes, got ${bytes}: ${query}`);
}
