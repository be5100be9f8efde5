import { decodeOutcomes, type Ended } from "../core/outcomes.ts";
import type { OutcomeStore } from "./store/outcomes.ts";
import type { PageRow } from "./store/pages.ts";

/** About how many outcomes stay in memory. */
const BUDGET = 50_000;

/** The outcomes of pages that were read lately, by slot, so that reading a page's results one by one opens its rows once. */
export class Results {
  readonly #rows: OutcomeStore;
  readonly #kept = new Map<number, Map<number, Ended>>();
  #count = 0;

  constructor(rows: OutcomeStore) {
    this.#rows = rows;
  }

  of(row: PageRow): ReadonlyMap<number, Ended> {
    const kept = this.#kept.get(row.id);
    if (kept !== undefined) return kept;
    const ended = row.outcome === null ? this.#rows.of(row.id) : decodeOutcomes(row.outcome);
    const results = new Map(ended.map((outcome) => [outcome.slot, outcome]));
    this.#kept.set(row.id, results);
    this.#count += results.size;
    for (const oldest of this.#kept.keys()) {
      if (this.#count <= BUDGET || oldest === row.id) break;
      this.forget(oldest);
    }
    return results;
  }

  /** Takes in outcomes that were just stored, if the page's are in memory. */
  add(page: number, ended: readonly Ended[]): void {
    const kept = this.#kept.get(page);
    if (kept === undefined) return;
    for (const outcome of ended) kept.set(outcome.slot, outcome);
    this.#count += ended.length;
  }

  forget(page: number): void {
    this.#count -= this.#kept.get(page)?.size ?? 0;
    this.#kept.delete(page);
  }
}
