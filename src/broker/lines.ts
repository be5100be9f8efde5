import type { PageStore } from "./store/pages.ts";

/** About how many characters of lines stay in memory; they take a byte each, or two beyond Latin-1. */
const BUDGET_CHARACTERS = 16_000_000;

/** The lines of pages that were written or read lately, so that a claim right after a submit reads no row. */
export class Lines {
  readonly #pages: PageStore;
  readonly #kept = new Map<number, string[]>();
  #characters = 0;

  constructor(pages: PageStore) {
    this.#pages = pages;
  }

  of(page: number): string[] {
    const kept = this.#kept.get(page);
    if (kept !== undefined) return kept;
    const lines = this.#pages.lines(page);
    this.keep(page, lines);
    return lines;
  }

  /** The lines of a page, if they are in memory. */
  kept(page: number): string[] | undefined {
    return this.#kept.get(page);
  }

  keep(page: number, lines: string[]): void {
    if (this.#kept.has(page)) return;
    this.#kept.set(page, lines);
    this.#characters += size(lines);
    for (const [oldest, others] of this.#kept) {
      if (this.#characters <= BUDGET_CHARACTERS || oldest === page) break;
      this.#drop(oldest, others);
    }
  }

  forget(page: number): void {
    const lines = this.#kept.get(page);
    if (lines !== undefined) this.#drop(page, lines);
  }

  #drop(page: number, lines: string[]): void {
    this.#kept.delete(page);
    this.#characters -= size(lines);
  }
}

function size(lines: string[]): number {
  let characters = 0;
  for (const line of lines) characters += line.length + 32;
  return characters;
}
