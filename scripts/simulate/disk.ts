import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqlCursor, SqlRow, SqlSource, SqlValue } from "../../src/broker/store/sql.ts";
import type { Faults } from "./faults.ts";
import type { World } from "./world.ts";

/** What a transaction throws that the disk has failed. */
export const STORAGE_FAILURE = "internal error; the disk does not answer";

/** The object's one alarm as its storage keeps it: part of what is committed. */
export interface StoredAlarm {
  /** Milliseconds since 1970. */
  at: number;
  /** It was set for the running one's time or an earlier one, and the platform has lost it. */
  stranded: boolean;
}

/** A database and the statements that were prepared on it. */
interface Sqlite {
  database: DatabaseSync;
  statements: Map<string, StatementSync>;
}

/** Emptied databases of histories that are over: to empty one is cheaper than to make one. */
const spare: Sqlite[] = [];

/** What was written in one turn: it becomes durable together, or not at all. */
interface Turn {
  statements: { query: string; bindings: SqlValue[] }[];
  alarm?: StoredAlarm | null;
  /** What waits until it is durable. */
  waiting: (() => void)[];
}

/**
 * The object's storage, on Node's SQLite. What one turn writes is committed together when the turn ends and durable some
 * milliseconds later, in order; a crash loses all that is not durable, and of what is on its way as much as chance decides.
 */
export class Disk implements SqlSource {
  /** The alarm as the object sees it. */
  alarm: StoredAlarm | null = null;
  /** The alarm that would survive a crash. */
  durableAlarm: StoredAlarm | null = null;
  /** Called when `durableAlarm` has changed. */
  onAlarm: () => void = () => {};
  readonly #world: World;
  readonly #faults: Faults;
  readonly #sqlite = spare.pop() ?? { database: new DatabaseSync(":memory:"), statements: new Map() };
  /** Turns since SQLite's transaction began: durable ones, then those on their way. */
  #turns: Turn[] = [];
  #durable = 0;
  #current: Turn | undefined;
  #open = false;
  #nested = false;
  #flushedAt = 0;
  #life = 0;

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
  }

  exec<T extends SqlRow>(query: string, ...bindings: SqlValue[]): SqlCursor<T> {
    const rows = query.startsWith("SELECT") ? (this.#prepare(query).all(...inputs(bindings)) as T[]) : this.#write(query, bindings);
    return {
      [Symbol.iterator]: () => rows[Symbol.iterator](),
      toArray: () => rows,
      raw: <C extends SqlValue[]>() => rows.map((row) => Object.values(row) as C),
      rowsRead: rows.length,
      rowsWritten: 0,
    };
  }

  /** Runs `work` as one transaction within the turn. */
  transaction<T>(work: () => T): T {
    if (this.#nested) throw new Error("transaction: expected none to be open, got one inside another");
    const turn = this.#turn();
    const before = turn.statements.length;
    this.#do("SAVEPOINT work");
    this.#nested = true;
    try {
      const answer = work();
      if (this.#faults.strikes("storage fails", "a transaction")) throw new Error(STORAGE_FAILURE);
      this.#do("RELEASE work");
      return answer;
    } catch (error) {
      this.#sqlite.database.exec("ROLLBACK TO work; RELEASE work");
      turn.statements.length = before;
      throw error;
    } finally {
      this.#nested = false;
    }
  }

  setAlarm(alarm: StoredAlarm | null): void {
    this.#turn().alarm = alarm;
    this.alarm = alarm;
  }

  /** Runs `action` when all that was written so far is durable: at once if it is already. */
  whenDurable(action: () => void): void {
    const last = this.#current ?? this.#turns[this.#turns.length - 1];
    if (last === undefined) action();
    else last.waiting.push(action);
  }

  /** Nothing that was written waits to become durable. */
  get settled(): boolean {
    return this.#current === undefined && this.#durable === this.#turns.length;
  }

  /** The turn is over: what it wrote is on its way. */
  endTurn(): void {
    const turn = this.#current;
    if (turn === undefined) return;
    this.#current = undefined;
    this.#turns.push(turn);
    const slow = this.#faults.strikes("disk slow", "a commit") ? this.#world.random.between(200, 4_000) : 0;
    const at = Math.max(this.#flushedAt, this.#world.time + this.#world.random.between(1, 12) + slow);
    this.#flushedAt = at;
    const life = this.#life;
    this.#world.schedule(at - this.#world.time, this.#world.platform, () => {
      // Two may become durable in the same instant: in their order all the same.
      while (life === this.#life && this.#turns.indexOf(turn) >= this.#durable) this.#flushNext();
    });
  }

  /** The object crashes: what is on its way becomes durable up to a point that chance decides; the rest was never written. */
  crash(): void {
    const survive = this.#durable + this.#world.random.between(0, this.#turns.length - this.#durable);
    this.#life += 1;
    this.#world.trace.note(
      () => `disk: ${this.#turns.length - survive} of ${this.#turns.length - this.#durable} unfinished commits are lost`,
    );
    const survivors = this.#turns.slice(0, survive);
    for (const { alarm } of survivors.slice(this.#durable)) if (alarm !== undefined) this.durableAlarm = alarm;
    if (this.#open && (survive < this.#turns.length || this.#current !== undefined)) {
      this.#sqlite.database.exec("ROLLBACK; BEGIN");
      for (const { statements } of survivors) for (const { query, bindings } of statements) this.#apply(query, bindings);
    }
    this.#turns = [];
    this.#durable = 0;
    this.#current = undefined;
    this.#flushedAt = 0;
    this.alarm = this.durableAlarm;
    this.#commit();
  }

  /** How many rows a table holds, of those for which `where` is true. */
  count(table: string, where = "1"): number {
    const [row] = this.exec<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE ${where}`).toArray();
    return row?.count ?? 0;
  }

  /** The tables there are. */
  tables(): string[] {
    return this.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray()
      .map(({ name }) => name);
  }

  /** The history is over: nothing is asked of it any more. */
  close(): void {
    if (this.#open) this.#sqlite.database.exec("ROLLBACK");
    for (const table of this.tables()) this.#sqlite.database.exec(`DELETE FROM ${table}`);
    spare.push(this.#sqlite);
  }

  #flushNext(): void {
    const turn = this.#turns[this.#durable];
    if (turn === undefined) return;
    this.#durable += 1;
    const last = this.#durable === this.#turns.length;
    if (turn.alarm !== undefined) {
      this.durableAlarm = turn.alarm;
      this.onAlarm();
    }
    if (last) {
      this.#turns = [];
      this.#durable = 0;
      this.#commit();
    }
    for (const action of turn.waiting) action();
  }

  #turn(): Turn {
    if (!this.#open) {
      this.#do("BEGIN");
      this.#open = true;
    }
    this.#current ??= { statements: [], waiting: [] };
    return this.#current;
  }

  #commit(): void {
    if (this.#open) this.#do("COMMIT");
    this.#open = false;
  }

  #write(query: string, bindings: SqlValue[]): never[] {
    this.#turn().statements.push({ query, bindings });
    this.#apply(query, bindings);
    return [];
  }

  #apply(query: string, bindings: SqlValue[]): void {
    if (query.includes(";")) this.#sqlite.database.exec(query);
    else this.#prepare(query).run(...inputs(bindings));
  }

  #do(command: string): void {
    this.#prepare(command).run();
  }

  #prepare(query: string): StatementSync {
    let statement = this.#sqlite.statements.get(query);
    if (statement === undefined) {
      statement = this.#sqlite.database.prepare(query);
      this.#sqlite.statements.set(query, statement);
    }
    return statement;
  }
}

function inputs(bindings: readonly SqlValue[]): (string | number | null | Uint8Array)[] {
  return bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
}
