import { decodeOutcomes, type Ended } from "../core/outcomes.ts";
import type { OutcomeStore } from "./store/outcomes.ts";
import type { PageRow } from "./store/pages.ts";

/** About how many characters of outcomes stay in memory. */
const BUDGET_CHARACTERS = 8_000_000;
/** What a page, and an outcome, take beside their texts. */
const PAGE_CHARACTERS = 200;
const OUTCOME_CHARACTERS = 100;

/** The outcomes of pages that were read lately, by slot, so that reading a page's results one by one opens its rows once. */
export class Results {
  readonly #rows: OutcomeStore;
  readonly #kept = new Map<number, Map<number, Ended>>();
  #characters = 0;

  constructor(rows: OutcomeStore) {
    this.#rows = rows;
  }

  of(row: PageRow): ReadonlyMap<number, Ended> {
    const kept = this.#kept.get(row.id);
    if (kept !== undefined) return kept;
    const ended = row.outcome === null ? this.#rows.of(row.id) : decodeOutcomes(row.outcome);
    const results = new Map(ended.map((outcome) => [outcome.slot, outcome]));
    this.#kept.set(row.id, results);
    this.#characters += PAGE_CHARACTERS + size(ended);
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= BUDGET_CHARACTERS || oldest === row.id) break;
      this.forget(oldest);
    }
    return results;
  }

  /** Takes in outcomes that were just stored, if the page's are in memory. */
  add(page: number, ended: readonly Ended[]): void {
    const kept = this.#kept.get(page);
    if (kept === undefined) return;
    for (const outcome of ended) kept.set(outcome.slot, outcome);
    this.#characters += size(ended);
  }

  forget(page: number): void {
    const kept = this.#kept.get(page);
    if (kept === undefined) return;
    this.#characters -= PAGE_CHARACTERS + size(kept.values());
    this.#kept.delete(page);
  }
}

function size(ended: Iterable<Ended>): number {
  let characters = 0;
  for (const { result, traceback } of ended) characters += OUTCOME_CHARACTERS + result.length + (traceback?.length ?? 0);
  return characters;
}
