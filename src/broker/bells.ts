import { SHORT_TASKS } from "../core/short-tasks.ts";
import type { Bell } from "./api.ts";
import { flowWindow } from "./flow-window.ts";
import type { Lease } from "./lease.ts";
import { nextSuspectAt } from "./quarantine.ts";
import type { Queue } from "./queue.ts";

/** A bell that nobody answered for so long is taken for lost. */
const PATIENCE_MILLISECONDS = 5_000;
/** A consumer that was given work so short a time ago will ask for more by itself. */
const LIVELY_MILLISECONDS = 20;
/** How many messages one `sendBatch` takes (a limit of Queues). */
const MESSAGES_PER_BATCH = 100;

/** What the bells need to know and to do. */
export interface BellParts {
  shard: number;
  /** `worker_concurrency`: how many tasks one consumer takes. */
  workerConcurrency: number;
  /** How many consumers may be about, a queue. */
  maxConcurrency: number;
  /** How long a lease runs unless it is renewed. */
  leaseMilliseconds: number;
  leases(): Iterable<Lease>;
  send(bells: Bell[]): void;
}

/** Wakes consumers: as many as there is work for, no more than may be about. */
export class Bells {
  readonly #parts: BellParts;
  /** When the bells that are not answered yet were rung, by queue. */
  readonly #rung = new Map<string, number[]>();

  constructor(parts: BellParts) {
    this.#parts = parts;
  }

  /** A consumer has come: one bell fewer is on its way. */
  answered(queue: string): void {
    this.#rung.get(queue)?.shift();
  }

  /** Rings for what is ready in a queue. Answers when to look again: milliseconds since 1970; infinite when somebody will come. */
  ring(queue: Queue, now: number): number {
    const room = flowWindow(this.#parts) - queue.held;
    // With the window full a consumer would be given nothing: the next report, or the lapse of a lease, looks again.
    if (room <= 0 || !queue.busy(now)) return Number.POSITIVE_INFINITY;
    const rung = (this.#rung.get(queue.name) ?? []).filter((at) => at > now - PATIENCE_MILLISECONDS);
    this.#rung.set(queue.name, rung);
    let about = rung.length;
    let lively = 0;
    let livelyUntil = Number.POSITIVE_INFINITY;
    for (const lease of this.#parts.leases()) {
      if (lease.queue !== queue.name) continue;
      about += 1;
      if (lease.alone || lease.grantedAt <= now - LIVELY_MILLISECONDS) continue;
      lively += 1;
      livelyUntil = Math.min(livelyUntil, lease.grantedAt + LIVELY_MILLISECONDS);
    }
    const suspectAt = nextSuspectAt(queue, this.#parts.leases(), this.#parts, now);
    const suspects = suspectAt <= now ? 1 : 0;
    const later = suspectAt > now ? suspectAt : Number.POSITIVE_INFINITY;
    const each = this.#parts.workerConcurrency * (queue.runTimes.short ? SHORT_TASKS : 1);
    const needed = Math.ceil(Math.min(queue.ready(room, now), room) / each);
    const places = this.#parts.maxConcurrency - about;
    // A consumer that holds tasks takes no suspect: for those a lively one does not count.
    const count = Math.min(Math.max(0, needed - lively) + suspects - rung.length, places);
    if (count > 0) this.#send(queue.name, count, rung, now);
    const [first] = rung;
    if (first !== undefined && (count > 0 || places <= 0 || needed + suspects <= rung.length))
      return Math.min(later, first + PATIENCE_MILLISECONDS);
    // With all consumers about, the next report looks again.
    return places > 0 ? Math.min(later, livelyUntil) : Number.POSITIVE_INFINITY;
  }

  #send(queue: string, count: number, rung: number[], now: number): void {
    for (let index = 0; index < count; index++) rung.push(now);
    for (let left = count; left > 0; left -= MESSAGES_PER_BATCH) {
      const bells = Array.from({ length: Math.min(left, MESSAGES_PER_BATCH) }, () => ({ queue, shard: this.#parts.shard }));
      this.#parts.send(bells);
    }
  }
}
