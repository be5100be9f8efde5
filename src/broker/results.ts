import { decodeOutcomes, type Ended } from "../core/outcomes.ts";
import { slotKey } from "./lease.ts";
import type { OutcomeStore } from "./store/outcomes.ts";
import type { PageRow } from "./store/pages.ts";

/** About how many characters of outcomes stay in memory; they take a byte each, or two beyond Latin-1. */
const BUDGET_CHARACTERS = 8_000_000;
/** What a row, and an outcome, take beside their texts. */
const ROW_CHARACTERS = 200;
const OUTCOME_CHARACTERS = 100;

/**
 * The outcomes that were read lately, row by row: reading a page's results one by one opens each row once, and reading one
 * of them opens no other, however large a page's results are together. A row is never changed, so what is kept stays true.
 */
export class Results {
  readonly #rows: OutcomeStore;
  /** By page and first slot. */
  readonly #kept = new Map<number, ReadonlyMap<number, Ended>>();
  #characters = 0;

  constructor(rows: OutcomeStore) {
    this.#rows = rows;
  }

  /** How a slot ended; nothing when it has not. */
  find(page: PageRow, slot: number): Ended | undefined {
    const { outcome } = page;
    if (outcome !== null) return this.#open(slotKey(page.id, 0), () => decodeOutcomes(outcome)).get(slot);
    for (const first of this.#rows.before(page.id, slot)) {
      const found = this.#open(slotKey(page.id, first), () => this.#rows.at(page.id, first)).get(slot);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #open(key: number, read: () => Ended[]): ReadonlyMap<number, Ended> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const opened = new Map(read().map((outcome) => [outcome.slot, outcome]));
    this.#kept.set(key, opened);
    this.#characters += size(opened);
    for (const [oldest, others] of this.#kept) {
      if (this.#characters <= BUDGET_CHARACTERS || oldest === key) break;
      this.#kept.delete(oldest);
      this.#characters -= size(others);
    }
    return opened;
  }
}

function size(row: ReadonlyMap<number, Ended>): number {
  let characters = ROW_CHARACTERS;
  for (const { result, traceback } of row.values()) characters += OUTCOME_CHARACTERS + result.length + (traceback?.length ?? 0);
  return characters;
}
