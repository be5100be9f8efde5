import type { Renewal } from "../broker/api.ts";
import type { Clock, Timers } from "../clock.ts";

/** What a held lease is made from. */
export interface HeldLeaseParts {
  id: string;
  clock: Clock;
  timers: Timers;
  /** Asks the broker for more time. */
  renew(lease: string): Promise<Renewal>;
  /** Called once, when the lease is lost or about to end unrenewed; `why` is for people. Not after `close`. */
  lost(why: string): void;
}

/** A renewal that failed is tried again after this part of the lease, one that hangs is given up this part before its end. */
const MARGIN = 1 / 15;

/**
 * Keeps a lease while its tasks run: renews it every third of its length, and says when it is lost. A renewal that fails is
 * repeated until shortly (a fifteenth) before the lease ends; then the lease counts as lost, so that its tasks stop before
 * the broker hands them to another consumer.
 */
export class HeldLease {
  readonly id: string;
  readonly #parts: HeldLeaseParts;
  #length = 0;
  #until = 0;
  #renewAt = 0;
  #renewing = false;
  #closed = false;
  #cancel: () => void = () => {};

  constructor(parts: HeldLeaseParts, sentAt: number, milliseconds: number) {
    this.id = parts.id;
    this.#parts = parts;
    this.extend(sentAt, milliseconds);
    this.#arm();
  }

  /** The broker answered a call that left at `sentAt`: the lease runs `milliseconds` from then, at the least. */
  extend(sentAt: number, milliseconds: number): void {
    this.#length = milliseconds;
    this.#until = sentAt + milliseconds;
    this.#renewAt = sentAt + milliseconds / 3;
  }

  /** Nothing runs under it any more. */
  close(): void {
    this.#closed = true;
    this.#disarm();
  }

  /** The timer is not moved by `extend`, which comes with every report: it looks again when it fires. */
  #arm(): void {
    this.#disarm();
    if (this.#closed) return;
    const end = this.#until - this.#length * MARGIN;
    const next = this.#renewing ? end : Math.min(this.#renewAt, end);
    this.#cancel = this.#parts.timers.after(Math.max(1, next - this.#parts.clock.now()), () => this.#tick());
  }

  #disarm(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  #tick(): void {
    const now = this.#parts.clock.now();
    if (now >= this.#until - this.#length * MARGIN) {
      this.#lose("it could not be renewed in time");
      return;
    }
    if (!this.#renewing && now >= this.#renewAt) void this.#renew(now);
    this.#arm();
  }

  async #renew(sentAt: number): Promise<void> {
    this.#renewing = true;
    try {
      const renewal = await this.#parts.renew(this.id);
      if (this.#closed) return;
      if (!renewal.held) {
        this.#lose("the broker gave its tasks back to the queue");
        return;
      }
      this.extend(Math.max(sentAt, this.#until - this.#length), renewal.leaseMilliseconds);
    } catch {
      this.#renewAt = this.#parts.clock.now() + this.#length * MARGIN;
    }
    this.#renewing = false;
    this.#arm();
  }

  #lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#parts.lost(why);
  }
}
