import type { OpenPage } from "./open-page.ts";
import type { ShownState, SlotNote } from "./slot-note.ts";
import type { NoteStore, NoteTexts } from "./store/notes.ts";

/**
 * What slots remember that are not fresh: the notes of open pages are in memory, all their texts on disk only. A task that was never lost,
 * retried, rejected, flagged, nor told anything of itself has no note, and costs no row. Changes are to be made inside a transaction.
 */
export class Notes {
  readonly #rows: NoteStore;

  constructor(rows: NoteStore) {
    this.#rows = rows;
  }

  /** Writes a slot's note down: one row. */
  put(page: OpenPage, slot: number, note: SlotNote, texts?: NoteTexts): void {
    page.keepNote(slot, note);
    this.#rows.put(page.id, slot, note, texts);
  }

  /** Takes the notes of a page that was read from disk into memory, but for those of slots that have ended. */
  read(page: OpenPage): void {
    for (const { slot, note } of this.#rows.all(page.id)) {
      page.tried = true;
      if (!page.hasEnded(slot)) page.keepNote(slot, note);
    }
  }

  /** The note of a slot that has not ended, whether its page is in memory (`open`) or not; nothing when it is fresh. */
  of(page: number, slot: number, open: OpenPage | undefined): SlotNote | undefined {
    return open === undefined ? this.#rows.get(page, slot) : open.note(slot);
  }

  /** What a slot shows that has not ended, beside PENDING and STARTED; nothing when it is fresh or shows nothing. */
  shown(page: number, slot: number): ShownState | undefined {
    return this.#rows.shown(page, slot);
  }

  /** The line that a slot is run with; nothing when it is the call's. */
  line(page: OpenPage, slot: number): string | undefined {
    const note = page.note(slot);
    return note && this.#rows.line(page.id, slot, note);
  }

  /** Flags a task that was revoked while it ran (core/revocation.ts): read it as `page.note(slot)?.flagged`. @param attempt the one that is held */
  flag(page: OpenPage, slot: number, attempt: number): void {
    this.put(page, slot, { ...heldNote(page, slot, attempt), flagged: true });
  }

  /** Forgets all of a page: it has ended. */
  forget(page: OpenPage): void {
    if (page.tried) this.#rows.delete(page.id);
  }
}

/** What a held slot remembers. */
export function heldNote(page: OpenPage, slot: number, attempt: number): SlotNote {
  const { lostAlone = 0, waits: _waits, ...rest } = page.note(slot) ?? {};
  return { ...rest, attempts: attempt, lostAlone };
}
