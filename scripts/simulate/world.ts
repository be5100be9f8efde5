import type { Clock, Timers } from "../../src/clock.ts";
import { EventQueue } from "./event-queue.ts";
import { Process } from "./process.ts";
import { Random } from "./random.ts";
import { Trace } from "./trace.ts";

/** What the wall clock shows when a history begins. */
const EPOCH = 1_800_000_000_000;
/** A history that comes to no end is broken. */
const MOST_EVENTS = 60_000;

/**
 * Virtual time and chance: one queue of events, each run to its end with all the microtasks that it starts before the next
 * one. Events of the same instant come in an order that the seed decides.
 */
export class World {
  readonly random: Random;
  readonly trace: Trace;
  /** The platform itself: it never dies. */
  readonly platform = new Process("platform");
  /** Virtual milliseconds since the history began. */
  time = 0;
  /** Called when an event and all its microtasks are done. */
  readonly afterTurn: (() => void)[] = [];
  readonly #queue = new EventQueue();
  #jumped = 0;
  #events = 0;
  #halted = false;

  constructor(seed: number, traced: boolean) {
    this.random = new Random(seed);
    this.trace = new Trace(traced, () => this.time);
  }

  /** The wall clock: milliseconds since 1970. */
  get now(): number {
    return EPOCH + this.time + this.#jumped;
  }

  /** Sets the wall clock forward. */
  jump(milliseconds: number): void {
    this.#jumped += milliseconds;
  }

  /** Nothing happens any more. */
  halt(): void {
    this.#halted = true;
  }

  /** Runs `action` in a process after so many milliseconds (whole ones), unless the function that it answers is called before, or it is dead. */
  schedule(delay: number, process: Process, action: () => void): () => void {
    const event = { at: this.time + Math.max(0, Math.ceil(delay)), tie: this.random.next(), process, action, cancelled: false };
    this.#queue.push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** A process' clock, wrong by `skew` milliseconds. */
  clock(skew = 0): Clock {
    return { now: () => this.now + skew };
  }

  timers(process: Process): Timers {
    return { after: (milliseconds, callback) => this.schedule(milliseconds, process, callback) };
  }

  /** Lets the world run until `until` (virtual milliseconds) or until nothing is left to happen; answers whether something is. */
  async run(until: number): Promise<boolean> {
    for (let event = this.#queue.peek(); event !== undefined && event.at <= until && !this.#halted; event = this.#queue.peek()) {
      this.#queue.pop();
      const { process } = event;
      if (event.cancelled || !process.alive) continue;
      if (process.frozenUntil > event.at) {
        event.at = process.frozenUntil;
        this.#queue.push(event);
        continue;
      }
      if (++this.#events > MOST_EVENTS) throw new Error(`the world does not come to rest: more than ${MOST_EVENTS} events`);
      this.time = event.at;
      event.action();
      await settled();
      for (const call of this.afterTurn) call();
    }
    if (until !== Number.POSITIVE_INFINITY) this.time = Math.max(this.time, until);
    return this.#queue.peek() !== undefined;
  }
}

/** Resolves when all microtasks are done. */
function settled(): Promise<void> {
  // Node runs what is left for the next tick when no microtask is left.
  return new Promise((resolve) => process.nextTick(resolve));
}
