import type { Call } from "../core/call.ts";

/** A key taken in this batch: by which task (a place of the batch), for which call. */
interface KeyTaken<T> {
  place: T;
  fingerprint: string;
}

/** The task ids and idempotency keys that calls of one batch of submits take. A submit's are its own until it is accepted whole. */
export class BatchNames<T> {
  readonly #ids = new Map<string, T>();
  readonly #keys = new Map<string, KeyTaken<T>>();
  /** What the submit that is being decided has taken. */
  #mine: { ids: string[]; keys: string[] } = { ids: [], keys: [] };

  id(id: string): T | undefined {
    return this.#ids.get(id);
  }

  key(key: string): KeyTaken<T> | undefined {
    return this.#keys.get(key);
  }

  /** Takes a call's names for its place; none of them may be taken already. */
  take({ taskId, idempotency }: Call, place: T): void {
    if (taskId !== undefined) {
      this.#ids.set(taskId, place);
      this.#mine.ids.push(taskId);
    }
    if (idempotency !== undefined) {
      this.#keys.set(idempotency.key, { place, fingerprint: idempotency.fingerprint });
      this.#mine.keys.push(idempotency.key);
    }
  }

  /** The submit is accepted: its names are taken. */
  keep(): void {
    this.#mine = { ids: [], keys: [] };
  }

  /** The submit is refused: its names are free. */
  drop(): void {
    for (const id of this.#mine.ids) this.#ids.delete(id);
    for (const key of this.#mine.keys) this.#keys.delete(key);
    this.keep();
  }
}
