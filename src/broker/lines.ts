import { Recent } from "../core/recent.ts";
import type { PageStore } from "./store/pages.ts";

/** About how many characters of lines stay in memory; they take a byte each, or two beyond Latin-1. */
const BUDGET_CHARACTERS = 16_000_000;
/** What a line takes beside its text. */
const LINE_CHARACTERS = 32;

/** The lines of pages that were written or read lately, so that a claim right after a submit reads no row. */
export class Lines {
  readonly #pages: PageStore;
  readonly #kept = new Recent<number, string[]>(BUDGET_CHARACTERS, size);

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
    if (this.#kept.get(page) === undefined) this.#kept.set(page, lines);
  }

  forget(page: number): void {
    this.#kept.delete(page);
  }
}

function size(lines: string[]): number {
  let characters = 0;
  for (const line of lines) characters += line.length + LINE_CHARACTERS;
  return characters;
}
