import { Fifo } from "../core/fifo.ts";
import type { Room, Taken } from "./band.ts";
import type { Lane } from "./lane.ts";
import type { Limit, Place } from "./limit.ts";

/** Of so many lanes it is counted how much may start; a bell more or less is no harm. */
const MOST_COUNTED = 20;

/** The lanes of one limit in one queue that take turns, at one priority. */
interface Round {
  lanes: Fifo<Lane>;
  /** Those in it. */
  in: Set<Lane>;
}

/**
 * The lanes of one limit in one queue. Its keys take turns, one task each, so that one with a million waiting does not hold up one with a
 * single task; what costs time is what starts, however many wait.
 */
export class Turns {
  readonly limit: Limit;
  /** By priority. */
  readonly #rounds: (Round | undefined)[] = [];

  constructor(limit: Limit) {
    this.limit = limit;
  }

  /** A lane has something ready that may start but for the rate. */
  join(lane: Lane, priority: number): void {
    const round = this.#rounds[priority] ?? { lanes: new Fifo<Lane>(), in: new Set<Lane>() };
    this.#rounds[priority] = round;
    if (round.in.has(lane)) return;
    round.in.add(lane);
    round.lanes.push(lane);
  }

  /** Whether something waits for the rate alone. */
  get waiting(): boolean {
    return this.#rounds.some((_, priority) => this.#front(priority) !== undefined);
  }

  /** Since when that is ready whose turn it is; undefined when nothing of this priority may start. */
  since(priority: number, now: number): number | undefined {
    const lane = this.#front(priority);
    return lane === undefined || this.limit.nextAt(now) > now ? undefined : lane.band(priority).since;
  }

  /** How many may start now, as far as it matters for `most`. */
  ready(most: number, now: number): number {
    let ready = 0;
    for (const [priority, round] of this.#rounds.entries()) {
      if (this.#front(priority) === undefined) continue;
      let counted = 0;
      for (const lane of round?.lanes ?? []) {
        if (ready >= most || ++counted > MOST_COUNTED) break;
        ready += Math.min(lane.ready, lane.place?.free ?? 0);
      }
    }
    return this.limit.available(Math.min(ready, most), now);
  }

  /** Takes the slot whose turn it is; there must be one. Answers the lane that it was taken from. */
  take(priority: number, room: Room, taken: Taken[], now: number): Lane {
    const lane = this.#front(priority);
    if (lane === undefined) throw new Error(`limit ${this.limit.name}: expected something to be ready at priority ${priority}`);
    const { weight, weigh } = room;
    const one: Room = { slots: 1, weight, weigh };
    const band = lane.band(priority);
    band.take(one, taken, Number.POSITIVE_INFINITY);
    room.slots -= 1;
    room.weight = one.weight;
    (lane.place as Place).reserved += 1;
    this.#leave(priority);
    if (band.ready > 0 && (lane.place?.free ?? 0) > 0) this.join(lane, priority);
    this.limit.start(this.waiting, now);
    return lane;
  }

  /** The lane whose turn it is. Those that have nothing ready, or are full, take no turn until they have, or are not. */
  #front(priority: number): Lane | undefined {
    const round = this.#rounds[priority];
    if (round === undefined) return undefined;
    for (let lane = round.lanes.peek(); lane !== undefined; lane = round.lanes.peek()) {
      const band = lane.band(priority);
      // What was ended while it stood in line is no turn.
      band.prune();
      if (band.ready > 0 && (lane.place?.free ?? 0) > 0) return lane;
      this.#leave(priority);
    }
    return undefined;
  }

  #leave(priority: number): void {
    const round = this.#rounds[priority];
    const lane = round?.lanes.shift();
    if (lane !== undefined) round?.in.delete(lane);
  }
}
