import type { Clock, Timers } from "../clock.ts";
import { toColumns } from "../core/columns.ts";
import { EventRing, type RingPart } from "../core/event-ring.ts";
import type { TaskEvent } from "../core/task-event.ts";
import type { Known } from "./api.ts";
import type { EventApi, EventsPart, EventsRequest } from "./event-api.ts";
import { EventTeller, type EventTellerParts } from "./event-teller.ts";
import type { Meter } from "./meter.ts";
import type { TaskListener } from "./task-listener.ts";

/** How much a ring remembers. */
const BOUNDS = { events: 10_000, characters: 8_000_000 };
/** Who has lost a connection may come again within this time and misses nothing that the ring holds. */
const LINGER_MILLISECONDS = 30_000;
/** The longest that a call is held (milliseconds). */
const LONGEST_WAIT = 30_000;
/** The most events of an answer. */
const MOST_EVENTS = 1_000;
/** From so many events on, columns are the cheaper way. */
const MANY = 8;

/** What a desk for events stands on. */
export interface EventDeskParts extends EventTellerParts {
  homes: { readonly known: Known };
  meter: Meter;
  clock: Clock;
  timers: Timers;
  random(bytes: number): string;
}

/** A ring, and what fills it. */
interface Listening {
  epoch: string;
  ring: EventRing;
  teller: TaskListener;
}

/**
 * Tells those who ask what happens to tasks. Events are made while somebody asks, and a little longer: then the ring is forgotten, at the next thing that happens,
 * so that no timer keeps the object awake. When nobody listens each place that could tell pays one look at `TaskTallies.listener`.
 */
export class EventDesk implements EventApi, TaskListener {
  readonly #parts: EventDeskParts;
  #listening: Listening | undefined;
  /** How many calls wait. */
  readonly #waiting = new Set<() => void>();
  /** When somebody asked last: milliseconds since 1970. */
  #askedAt = 0;

  constructor(parts: EventDeskParts) {
    this.#parts = parts;
  }

  events(request: EventsRequest): Promise<EventsPart> {
    return this.#parts.meter.call(() => this.#poll(request));
  }

  accepted(...told: Parameters<TaskListener["accepted"]>): void {
    this.#tell(told[2], (teller) => teller.accepted(...told));
  }

  granted(...told: Parameters<TaskListener["granted"]>): void {
    this.#tell(told[1], (teller) => teller.granted(...told));
  }

  ran(...told: Parameters<TaskListener["ran"]>): void {
    this.#tell(told[2], (teller) => teller.ran(...told));
  }

  ended(...told: Parameters<TaskListener["ended"]>): void {
    this.#tell(told[2], (teller) => teller.ended(...told));
  }

  async #poll({ after, filter, waitMilliseconds, most }: EventsRequest): Promise<EventsPart> {
    const { epoch, ring } = this.#listen();
    if (after === null) return this.#answer(epoch, { events: [], next: ring.next });
    let over = false;
    let wake = (): void => {};
    const wait = Math.min(waitMilliseconds, LONGEST_WAIT);
    const cancel = this.#parts.timers.after(wait, () => {
      over = true;
      wake();
    });
    try {
      for (let place = after.sequence; ; ) {
        const part = after.epoch === epoch ? ring.after(place, filter, Math.min(most, MOST_EVENTS)) : undefined;
        if (part === undefined) return this.#answer(epoch, { events: [], next: ring.next }, true);
        if (part.events.length > 0 || over || wait <= 0) return this.#answer(epoch, part);
        place = part.next;
        await new Promise<void>((resolve) => {
          wake = resolve;
          this.#waiting.add(resolve);
        });
        this.#waiting.delete(wake);
      }
    } finally {
      cancel();
      this.#askedAt = this.#parts.clock.now();
    }
  }

  #answer(epoch: string, { events, next }: RingPart, missed = false): EventsPart {
    const answer = { ...this.#parts.homes.known, place: { epoch, sequence: next }, missed };
    return events.length < MANY ? { ...answer, events } : { ...answer, events: [] as TaskEvent[], columns: toColumns(events) };
  }

  #listen(): Listening {
    const now = this.#parts.clock.now();
    if (this.#listening !== undefined && this.#isStale(now)) this.#listening = undefined;
    this.#askedAt = now;
    const { book, random } = this.#parts;
    book.counts.listener = this;
    if (this.#listening !== undefined) return this.#listening;
    const ring = new EventRing(BOUNDS);
    this.#listening = { epoch: random(4), ring, teller: new EventTeller(this.#parts, ring) };
    return this.#listening;
  }

  #isStale(now: number): boolean {
    return this.#waiting.size === 0 && now > this.#askedAt + LINGER_MILLISECONDS;
  }

  #tell(now: number, tell: (teller: TaskListener) => void): void {
    if (this.#listening === undefined || this.#isStale(now)) {
      this.#listening = undefined;
      this.#parts.book.counts.listener = undefined;
      return;
    }
    tell(this.#listening.teller);
    for (const wake of this.#waiting) wake();
  }
}
