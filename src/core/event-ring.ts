import { type EventFilter, isMeant, type TaskEvent } from "./task-event.ts";

/** How many events are remembered, and about how many characters of them. */
export interface RingBounds {
  events: number;
  characters: number;
}

/** What an event takes beside its texts, in characters. */
const EVENT_CHARACTERS = 100;

/** What a ring holds behind a place. */
export interface RingPart {
  /** Those that are meant, oldest first. */
  events: TaskEvent[];
  /** The place behind the last that was looked at. */
  next: number;
}

/**
 * The last events of a shard, in memory. Events are numbered as they are told; when there are too many, or they hold too many characters, the oldest are
 * forgotten, and who has not read them learns that (`first`).
 */
export class EventRing {
  readonly #bounds: RingBounds;
  /** Those from `#begin` on are remembered. */
  #events: TaskEvent[] = [];
  #begin = 0;
  #characters = 0;
  #next = 0;

  constructor(bounds: RingBounds) {
    this.#bounds = bounds;
  }

  /** The place of the oldest event that is remembered. */
  get first(): number {
    return this.#next - (this.#events.length - this.#begin);
  }

  /** The place of the event that will be told next. */
  get next(): number {
    return this.#next;
  }

  /** Remembers an event. */
  tell(event: Omit<TaskEvent, "sequence">): void {
    const told: TaskEvent = { ...event, sequence: this.#next };
    this.#next += 1;
    this.#events.push(told);
    this.#characters += sizeOf(told);
    const { events, characters } = this.#bounds;
    while (this.#events.length - this.#begin > events || (this.#characters > characters && this.#events.length - this.#begin > 1)) {
      this.#characters -= sizeOf(this.#events[this.#begin] as TaskEvent);
      this.#begin += 1;
    }
    // Each event is moved once in so many, which costs nothing to speak of.
    if (this.#begin > events) {
      this.#events = this.#events.slice(this.#begin);
      this.#begin = 0;
    }
  }

  /** What it holds from a place on, `most` events that a filter means; undefined: events from there on are forgotten, or the place is none. */
  after(place: number, filter: EventFilter, most: number): RingPart | undefined {
    if (place < this.first || place > this.#next) return undefined;
    const events: TaskEvent[] = [];
    let next = place;
    for (; next < this.#next && events.length < most; next++) {
      const event = this.#events[this.#begin + next - this.first] as TaskEvent;
      if (isMeant(event, filter)) events.push(event);
    }
    return { events, next };
  }
}

function sizeOf({ line, args, kwargs, result, exception, traceback }: TaskEvent): number {
  let size = EVENT_CHARACTERS;
  for (const text of [line, args, kwargs, result, exception, traceback]) size += text?.length ?? 0;
  return size;
}
