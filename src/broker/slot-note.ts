import type { PastAttempt } from "../core/past-attempt.ts";
import type { KnownState } from "../core/state.ts";

/** What a slot that is not fresh remembers, without its texts, which may be large (`SlotTexts`). A slot that has none was granted once at most. */
export interface SlotNote {
  /** The attempt that was the last one when this was written down: the next one granted is one more. */
  attempts: number;
  /** How many attempts were lost while granted alone. */
  lostAlone: number;
  /**
   * What it waits for. `alone`: it came back from a lost lease, and is granted apart from others (broker/quarantine.ts); `again`: it is to be
   * run again, by a retry or because it was rejected, or was released with an instant of its own; `canvas`: it was replaced by one, and ends with it. Absent: attempt `attempts` is held.
   */
  waits?: "alone" | "again" | "canvas";
  /** How many times it was retried; absent: 0. */
  retries?: number;
  /** Its attempts so far, but for the one that is held; absent: none is known. */
  past?: PastAttempt[];
  /** The workflow that it was replaced by. */
  by?: number;
  /** Instead of the call's: when it is not started any more (milliseconds since 1970). */
  expires?: number;
  /** Instead of the call's: when the next attempt is due (milliseconds since 1970), its queue, its priority. */
  due?: number;
  queue?: string;
  priority?: number;
  /** It is run with another line than the call's, of so many characters. */
  lineLength?: number;
  /** It was revoked while it ran, without `terminate`: its attempt goes on, and it is not run again (core/revocation.ts). */
  flagged?: boolean;
}

/** A state that is shown before a task has ended: RETRY with its error, or what `update_state` wrote. */
export interface ShownState {
  state: KnownState;
  /** JSON text. */
  result: string;
  traceback: string | null;
}

/** A slot's note, and which slot. */
export interface NotedSlot {
  slot: number;
  note: SlotNote;
}
