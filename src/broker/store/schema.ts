import type { Sql } from "./sql.ts";

/**
 * The book's tables. What is billed is rows: a page is one row and one index entry while anything in it waits; the
 * outcome of a small page that ends at once is written into the row that leaves the index.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS page (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    due INTEGER,
    created INTEGER NOT NULL,
    done INTEGER,
    count INTEGER NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    head TEXT NOT NULL,
    nonces TEXT NOT NULL DEFAULT '[]',
    lease TEXT,
    outcome TEXT,
    body TEXT
  );
  CREATE TABLE IF NOT EXISTS body (page INTEGER PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS outcome (page INTEGER, slot INTEGER, text TEXT NOT NULL, PRIMARY KEY (page, slot)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lease (id TEXT PRIMARY KEY, until INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS attempt (
    page INTEGER, slot INTEGER, attempts INTEGER NOT NULL, lost_alone INTEGER NOT NULL,
    note TEXT, line TEXT, state TEXT, result TEXT, traceback TEXT, PRIMARY KEY (page, slot)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS changed_line (page INTEGER, slot INTEGER, text TEXT NOT NULL, PRIMARY KEY (page, slot)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS alias (id TEXT PRIMARY KEY, page INTEGER NOT NULL, slot INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, page INTEGER NOT NULL, slot INTEGER NOT NULL, until INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS loan (name TEXT PRIMARY KEY, shard INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS loan_until ON loan (until);
  CREATE TABLE IF NOT EXISTS workflow (id INTEGER, part INTEGER, text TEXT NOT NULL, PRIMARY KEY (id, part)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, over INTEGER, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS late (expires INTEGER, page INTEGER, PRIMARY KEY (expires, page)) WITHOUT ROWID;
`;

const INDEX = "CREATE INDEX IF NOT EXISTS page_waiting ON page (queue, priority, due) WHERE due IS NOT NULL";

/** Makes the tables that are not there yet, and brings those of the version before up to this one. */
export function createTables(sql: Sql): void {
  sql.run(TABLES);
  try {
    sql.run(INDEX);
  } catch (error) {
    if (!String(error).includes("no such column: priority")) throw error;
    addColumns(sql);
    sql.run(INDEX);
  }
  addNotes(sql);
}

/** A page's priority and nonces stood in its head only, and the index knew no priority. */
function addColumns(sql: Sql): void {
  sql.run("DROP INDEX page_due");
  sql.run("ALTER TABLE page ADD COLUMN priority INTEGER NOT NULL DEFAULT 0");
  sql.run("ALTER TABLE page ADD COLUMN nonces TEXT NOT NULL DEFAULT '[]'");
  sql.run("UPDATE page SET priority = coalesce(json_extract(head, '$.p'), 0) WHERE due IS NOT NULL");
}

/** Of a slot only its attempts were known. */
function addNotes(sql: Sql): void {
  try {
    sql.all("SELECT note FROM attempt LIMIT 0");
  } catch (error) {
    if (!String(error).includes("no such column: note")) throw error;
    for (const column of ["note", "line", "state", "result", "traceback"]) sql.run(`ALTER TABLE attempt ADD COLUMN ${column} TEXT`);
  }
}
