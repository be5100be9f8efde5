import type { Timers } from "../clock.ts";
import type { ClaimRequest, Grant, Repeatable } from "./api.ts";

/** A consumer that stays on the line. */
export interface Stander {
  request: Repeatable<ClaimRequest>;
  /** What it is given, or nothing. */
  answer: Promise<Grant>;
  /** Answers it. */
  give(grant: Grant): void;
}

/**
 * Consumers that were given nothing and stay for a moment, because work is expected: it is handed to them with the commit
 * that writes it down, without a bell. They are lost with the object; they ask again.
 */
export class Standby {
  readonly #timers: Timers;
  /** By queue and nonce. */
  readonly #standers = new Map<string, Map<string, Stander>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /**
   * Keeps a consumer for so many milliseconds; resolves with what it is given, or at the end with `nothing`. One that asks again
   * meanwhile, for its connection broke, is answered as its first call is: nobody knows which of them is still heard. Undefined: it does not stay.
   */
  stay(request: Repeatable<ClaimRequest>, milliseconds: number, nothing: Grant): Promise<Grant> | undefined {
    const standers = this.#standers.get(request.queue) ?? new Map<string, Stander>();
    const before = standers.get(request.nonce);
    if (before !== undefined) return before.answer;
    if (milliseconds <= 0) return undefined;
    this.#standers.set(request.queue, standers);
    const { promise, resolve } = Promise.withResolvers<Grant>();
    const stander: Stander = {
      request,
      answer: promise,
      give: (grant) => {
        cancel();
        resolve(grant);
      },
    };
    const cancel = this.#timers.after(milliseconds, () => {
      this.leave(stander);
      stander.give(nothing);
    });
    standers.set(request.nonce, stander);
    return promise;
  }

  /** It stays no longer: it will be answered. */
  leave(stander: Stander): void {
    this.#standers.get(stander.request.queue)?.delete(stander.request.nonce);
  }

  /** Who has stayed longest at a queue. */
  first(queue: string): Stander | undefined {
    return this.#standers.get(queue)?.values().next().value;
  }
}
