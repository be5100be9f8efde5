import { slotKey } from "./lease.ts";
import type { OpenPage } from "./open-page.ts";

/** A slot that came back from a lost lease: it is granted alone, so that it can lose only itself. */
export interface Suspect {
  page: OpenPage;
  slot: number;
  /** How many attempts were granted. */
  attempts: number;
  /** How many of them were lost while granted alone. */
  lostAlone: number;
}

/** The slots of one queue that came back from lost leases, in the order in which they are granted again. */
export class Suspects {
  readonly #fresh = new Map<number, Suspect>();
  /** Those that were lost alone before. */
  readonly #grave = new Map<number, Suspect>();
  #most = 0;

  get size(): number {
    return this.#fresh.size + this.#grave.size;
  }

  /** The most there were since there were none. */
  get most(): number {
    return this.#most;
  }

  add(suspect: Suspect): void {
    const suspects = suspect.lostAlone > 0 ? this.#grave : this.#fresh;
    suspects.set(slotKey(suspect.page.id, suspect.slot), suspect);
    this.#most = Math.max(this.#most, this.size);
  }

  /** The one that has waited longest, of those that may start; those that were lost alone before come last. */
  first(mayStart: (suspect: Suspect) => boolean): Suspect | undefined {
    for (const suspect of this.#fresh.values()) if (mayStart(suspect)) return suspect;
    for (const suspect of this.#grave.values()) if (mayStart(suspect)) return suspect;
    return undefined;
  }

  /** It waits no longer. */
  delete({ page, slot }: Suspect): void {
    this.#clear(slotKey(page.id, slot));
  }

  /** Lets one go that was ended. */
  forget(page: number, slot: number): void {
    this.#clear(slotKey(page, slot));
  }

  /** Lets one go if so many attempts were granted, and tells whether it did. */
  absolve(page: number, slot: number, attempts: number): boolean {
    const key = slotKey(page, slot);
    const suspect = this.#fresh.get(key) ?? this.#grave.get(key);
    return suspect?.attempts === attempts && this.#clear(key);
  }

  *[Symbol.iterator](): Generator<Suspect> {
    yield* this.#fresh.values();
    yield* this.#grave.values();
  }

  #clear(key: number): boolean {
    const cleared = this.#fresh.delete(key) || this.#grave.delete(key);
    if (this.size === 0) this.#most = 0;
    return cleared;
  }
}
