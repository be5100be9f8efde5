import type { Source } from "../core/canvas/plan.ts";
import { valueFrom } from "../core/canvas/value.ts";
import type { Book } from "./book.ts";
import type { Workflow } from "./workflow.ts";

/** An argument that is put together may be so many characters. */
export const LARGEST_VALUE = 8_000_000;
/** Of a page of which more results are wanted than these, all rows are read in turn. */
const FEW = 8;

/** Puts the values of sources together out of stored results. The last one is kept: the members of a group take the same. */
export class Values {
  readonly #book: Book;
  #last: { workflow: Workflow; source: Source; text: string | undefined } | undefined;

  constructor(book: Book) {
    this.#book = book;
  }

  /** The value of a source of which all has succeeded, as JSON text; undefined when it is longer than `LARGEST_VALUE`. */
  of(workflow: Workflow, source: Source): string | undefined {
    const last = this.#last;
    if (last?.workflow === workflow && last.source === source) return last.text;
    const results = this.#results(workflow, source);
    const text = results && valueFrom(workflow.layout, source, (call) => results.get(call) ?? "null", LARGEST_VALUE);
    this.#last = { workflow, source, text };
    return text;
  }

  /** Lets go of the value that was put together last. */
  forget(): void {
    this.#last = undefined;
  }

  /** The results that a value is made of, by call; undefined when they are too long together. */
  #results(workflow: Workflow, source: Source): Map<number, string> | undefined {
    const results = new Map<number, string>();
    let left = LARGEST_VALUE;
    for (const [page, calls] of this.#wanted(workflow, source)) {
      const row = this.#book.open.get(page)?.row ?? this.#book.pages.get(page);
      if (row === undefined) continue;
      const take = (slot: number, result: string) => {
        const call = calls.get(slot);
        if (call === undefined) return;
        results.set(call, result);
        left -= result.length;
      };
      if (row.outcome !== null || calls.size <= FEW) {
        for (const slot of calls.keys()) take(slot, this.#book.results.find(row, slot)?.result ?? "null");
      } else {
        for (const ended of this.#book.outcomes.rows(page)) {
          for (const { slot, result } of ended) take(slot, result);
          if (left < 0) break;
        }
      }
      if (left < 0) return undefined;
    }
    return results;
  }

  /** The calls that a value is made of, by page and slot. */
  #wanted(workflow: Workflow, source: Source): Map<number, Map<number, number>> {
    const pages = new Map<number, Map<number, number>>();
    const add = (from: Source): void => {
      if ("join" in from) {
        for (const part of workflow.layout.joins[from.join]?.parts ?? []) add(part);
        return;
      }
      const { page, slot } = workflow.placeOf(from.slot);
      const calls = pages.get(page);
      if (calls === undefined) pages.set(page, new Map([[slot, from.slot]]));
      else calls.set(slot, from.slot);
    };
    add(source);
    return pages;
  }
}
