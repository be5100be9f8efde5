import type { Ended } from "../core/outcomes.ts";
import type { PageDraft } from "../core/page.ts";
import type { Outcome } from "../core/result.ts";
import type { Taken } from "./band.ts";
import type { OpenPage } from "./open-page.ts";
import type { PageRow } from "./store/pages.ts";

/** Is told of everything that happens to tasks, in the transaction in which it does. */
export interface TaskListener {
  /** A page was written. */
  accepted(row: PageRow, draft: PageDraft, now: number): void;
  /** Slots are granted. */
  granted(taken: readonly Taken[], now: number): void;
  /** An attempt has come to its end; if its task has, too, `ended` comes after it. */
  ran(page: OpenPage, outcome: Outcome, now: number): void;
  /** Slots of a page have ended. */
  ended(page: OpenPage, slots: readonly Ended[], now: number): void;
}
