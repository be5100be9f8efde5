import type { Aborted, News } from "../broker/api.ts";
import type { Clock, Timers } from "../clock.ts";

/** What a held lease is made from. */
export interface HeldLeaseParts {
  id: string;
  clock: Clock;
  timers: Timers;
  /** When the task was started that has run longest: milliseconds since 1970; infinite when none runs. */
  oldest(): number;
  /** Asks the broker for more time, and to answer within `waitMilliseconds` or when there is something to tell. */
  news(lease: string, waitMilliseconds: number): Promise<News>;
  /** Called with what was terminated under the lease; not after `close`. */
  aborted(attempts: readonly Aborted[]): void;
  /** Called once, when the lease is lost or about to end unrenewed; `why` is for people. Not after `close`. */
  lost(why: string): void;
}

/** A renewal that failed is tried again after this part of the lease, one that hangs is given up this part before its end. */
const MARGIN = 1 / 15;
/** A task that has run for so long (milliseconds) may be terminated: from then on the broker is listened to. Shorter ones cost no call. */
const LISTEN_MILLISECONDS = 1_000;

/**
 * Keeps a lease while its tasks run: renews it every third of its length at least, and says when it is lost. A renewal that fails is
 * repeated until shortly (a fifteenth) before the lease ends; then the lease counts as lost, so that its tasks stop before
 * the broker hands them to another consumer. Once a task has run for a second the renewals are calls that the broker holds open, one
 * after another, so that what is terminated is known at once.
 */
export class HeldLease {
  readonly id: string;
  readonly #parts: HeldLeaseParts;
  #length = 0;
  #until = 0;
  #renewAt = 0;
  /** Nobody is listened to before: the broker has held no call open. */
  #listenAt = 0;
  #asking = false;
  #failed = false;
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

  /** The timer is not moved by `extend`, which comes with every report, nor by tasks that start and end: it looks again when it fires. */
  #arm(): void {
    this.#disarm();
    if (this.#closed) return;
    const now = this.#parts.clock.now();
    const end = this.#until - this.#length * MARGIN;
    // While none runs, one may be started at once.
    const listen = Math.max(this.#listenAt, Math.min(this.#parts.oldest(), now) + LISTEN_MILLISECONDS);
    const next = this.#asking ? end : Math.min(this.#renewAt, listen, end);
    this.#cancel = this.#parts.timers.after(Math.max(1, next - now), () => this.#tick());
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
    const listens = now >= Math.max(this.#listenAt, this.#parts.oldest() + LISTEN_MILLISECONDS);
    if (!this.#asking && (listens || now >= this.#renewAt)) void this.#ask(now, listens ? this.#patience(now) : 0);
    this.#arm();
  }

  /** How long an answer may be held: there must be time to ask again, and after a failure none is to be lost. */
  #patience(now: number): number {
    return this.#failed ? 0 : Math.min(this.#length / 3, (this.#until - this.#length * MARGIN - now) / 2);
  }

  async #ask(sentAt: number, waitMilliseconds: number): Promise<void> {
    this.#asking = true;
    try {
      const news = await this.#parts.news(this.id, waitMilliseconds);
      if (this.#closed) return;
      this.#failed = false;
      if (!news.held) {
        this.#lose("the broker gave its tasks back to the queue");
        return;
      }
      this.extend(Math.max(sentAt, this.#until - this.#length), news.leaseMilliseconds);
      if (news.aborted.length > 0) this.#parts.aborted(news.aborted);
      // An answer that came early for no reason is not asked for again at once.
      else if (this.#parts.clock.now() < sentAt + waitMilliseconds / 2) this.#listenAt = this.#renewAt;
    } catch {
      this.#failed = true;
      this.#renewAt = this.#parts.clock.now() + this.#length * MARGIN;
      this.#listenAt = this.#renewAt;
    }
    this.#asking = false;
    this.#arm();
  }

  #lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#parts.lost(why);
  }
}
