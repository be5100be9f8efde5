import { decodeOutcomes, type Ended, forgetOutcome } from "../core/outcomes.ts";
import { Recent } from "../core/recent.ts";
import { slotKey } from "./lease.ts";
import type { OutcomeStore } from "./store/outcomes.ts";
import type { PageRow, PageStore } from "./store/pages.ts";

/** About how many characters of outcomes stay in memory; they take a byte each, or two beyond Latin-1. */
const BUDGET_CHARACTERS = 8_000_000;
/** What a row, and an outcome, take beside their texts. */
const ROW_CHARACTERS = 200;
const OUTCOME_CHARACTERS = 100;

/**
 * The outcomes that were read lately, row by row: reading a page's results one by one opens each row once, and reading one
 * of them opens no other, however large a page's results are together. A row is never changed but by `forget`, so what is kept stays true.
 */
export class Results {
  readonly #rows: OutcomeStore;
  readonly #pages: PageStore;
  /** By page and first slot. */
  readonly #kept = new Recent<number, ReadonlyMap<number, Ended>>(BUDGET_CHARACTERS, size);

  constructor(rows: OutcomeStore, pages: PageStore) {
    this.#rows = rows;
    this.#pages = pages;
  }

  /** How a slot ended; nothing when it has not. */
  find(page: PageRow, slot: number): Ended | undefined {
    return this.#find(page, slot)?.outcome;
  }

  /** Takes the result of a slot that has ended from disk, or (`keep`) only from those who ask. Inside a transaction. */
  forget(page: PageRow, slot: number, keep: boolean): void {
    const found = this.#find(page, slot);
    if (found === undefined) return;
    const { first } = found;
    if (page.outcome === null) {
      this.#rows.rewrite(page.id, first, (body) => forgetOutcome(body, slot, keep));
    } else {
      page.outcome = forgetOutcome(page.outcome, slot, keep);
      this.#pages.rewrite(page.id, page.outcome);
    }
    this.#kept.delete(slotKey(page.id, first));
  }

  /** A slot's outcome, and the first slot of the row that it lies in. */
  #find(page: PageRow, slot: number): { outcome: Ended; first: number } | undefined {
    const { outcome: body } = page;
    if (body !== null) {
      const outcome = this.#open(slotKey(page.id, 0), () => decodeOutcomes(body)).get(slot);
      return outcome && { outcome, first: 0 };
    }
    for (const first of this.#rows.before(page.id, slot)) {
      const outcome = this.#open(slotKey(page.id, first), () => this.#rows.at(page.id, first)).get(slot);
      if (outcome !== undefined) return { outcome, first };
    }
    return undefined;
  }

  #open(key: number, read: () => Ended[]): ReadonlyMap<number, Ended> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const opened = new Map(read().map((outcome) => [outcome.slot, outcome]));
    this.#kept.set(key, opened);
    return opened;
  }
}

function size(row: ReadonlyMap<number, Ended>): number {
  let characters = ROW_CHARACTERS;
  for (const { result, traceback } of row.values()) characters += OUTCOME_CHARACTERS + result.length + (traceback?.length ?? 0);
  return characters;
}
