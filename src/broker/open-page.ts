import type { PageRow } from "./store/pages.ts";

/** A page in memory of which something waits or runs. */
export class OpenPage {
  readonly row: PageRow;
  /** How many of its slots have not ended. */
  remaining: number;
  /** Nothing of it has ended yet: if all ends at once, the outcomes may lie in the page's own row. */
  whole: boolean;

  constructor(row: PageRow, ended: number) {
    this.row = row;
    this.remaining = row.count - ended;
    this.whole = ended === 0;
  }

  get id(): number {
    return this.row.id;
  }

  get priority(): number {
    return this.row.head.p ?? 0;
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
