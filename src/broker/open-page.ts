import type { PageRow } from "./store/pages.ts";

/** A page in memory of which something waits or runs. */
export class OpenPage {
  readonly row: PageRow;
  /** How many of its slots have not ended. */
  remaining: number;
  /** Nothing of it has ended yet: if all ends at once, the outcomes may lie in the page's own row. */
  whole: boolean;
  /** Attempts at its slots are written down: they came back from a lost lease. */
  tried = false;
  /** A bit for each slot that has ended, while others have not. */
  #ended: Uint8Array | undefined;

  /** @param ended the slots that have ended */
  constructor(row: PageRow, ended: ReadonlySet<number> = new Set()) {
    this.row = row;
    this.remaining = row.count - ended.size;
    this.whole = ended.size === 0;
    this.noteEnded(ended);
  }

  get id(): number {
    return this.row.id;
  }

  get priority(): number {
    return this.row.head.p ?? 0;
  }

  /** Whether a slot has ended, so that asking for one that has not reads no row. */
  hasEnded(slot: number): boolean {
    return ((this.#ended?.[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;
  }

  noteEnded(slots: Iterable<number>): void {
    for (const slot of slots) {
      this.#ended ??= new Uint8Array(Math.ceil(this.row.count / 8));
      this.#ended[slot >> 3] = (this.#ended[slot >> 3] ?? 0) | (1 << (slot & 7));
    }
  }

  /** When a slot is due, if it has an instant of its own: milliseconds since 1970. */
  due(slot: number): number | undefined {
    return this.row.head.due?.[slot];
  }

  expires(slot: number): number | undefined {
    return this.row.head.expires?.[slot];
  }

  alias(slot: number): string | undefined {
    return this.row.head.alias?.[slot];
  }
}
