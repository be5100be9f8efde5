import type { Timers } from "../clock.ts";
import type { ClaimRequest, Grant, Repeatable } from "./api.ts";

/** A consumer that stays on the line. */
export interface Stander {
  request: Repeatable<ClaimRequest>;
  /** Answers it. */
  give(grant: Grant): void;
}

/**
 * Consumers that were given nothing and stay for a moment, because work is expected: it is handed to them with the commit
 * that writes it down, without a bell. They are lost with the object; they ask again.
 */
export class Standby {
  readonly #timers: Timers;
  readonly #standers = new Map<string, Set<Stander>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Keeps a consumer for so many milliseconds; resolves with what it is given, or at the end with `nothing`. */
  stay(request: Repeatable<ClaimRequest>, milliseconds: number, nothing: Grant): Promise<Grant> {
    const standers = this.#standers.get(request.queue) ?? new Set();
    this.#standers.set(request.queue, standers);
    return new Promise((resolve) => {
      const stander: Stander = {
        request,
        give: (grant) => {
          cancel();
          resolve(grant);
        },
      };
      const cancel = this.#timers.after(milliseconds, () => {
        this.leave(stander);
        stander.give(nothing);
      });
      standers.add(stander);
    });
  }

  /** It stays no longer: it will be answered. */
  leave(stander: Stander): void {
    this.#standers.get(stander.request.queue)?.delete(stander);
  }

  /** Who has stayed longest at a queue. */
  first(queue: string): Stander | undefined {
    for (const stander of this.#standers.get(queue) ?? []) return stander;
    return undefined;
  }
}
