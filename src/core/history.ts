import { COUNTED, type Counted, IntervalRing, type Intervals } from "./interval-ring.ts";

/** How far back a history is told, and how finely: `seconds` is the length of one interval. */
export const SPANS = {
  "15m": { seconds: 10, intervals: 90 },
  hour: { seconds: 10, intervals: 360 },
  day: { seconds: 600, intervals: 144 },
} as const;

/** A stretch of time that a history is told of, up to now. */
export type Span = keyof typeof SPANS;

/** What is asked of a history. */
export interface HistoryQuery {
  over: Span;
  /** Of this queue only; null: of all. */
  queue: string | null;
  /** The last interval is the one that holds this instant: milliseconds since 1970. */
  until: number;
}

/** So many queues are told apart, lest names that clients make up fill memory: each takes some 36 kB. */
const MOST_QUEUES = 64;
/** The shortest time between two looks at what waits. */
const LOOK_MILLISECONDS = 1_000;
const FINE = SPANS.hour;
const COARSE = SPANS.day;
const FINE_PER_COARSE = COARSE.seconds / FINE.seconds;

/** The number of the interval that an instant is in. */
function intervalOf(now: number, seconds: number): number {
  return Math.floor(now / (seconds * 1000));
}

/** Where a history begins that ends at `until`: milliseconds since 1970. */
export function beginOf({ over, until }: Pick<HistoryQuery, "over" | "until">): number {
  const { seconds, intervals } = SPANS[over];
  return (intervalOf(until, seconds) - intervals + 1) * seconds * 1000;
}

/** What happened in one queue, or in all: the last hour finely, the last day coarsely. To count costs an addition. */
class Line {
  readonly #fine = new IntervalRing(FINE.intervals);
  readonly #coarse = new IntervalRing(COARSE.intervals);
  /** What was counted in the interval that is not over yet. */
  readonly #open = new Float64Array(COUNTED.length);
  #interval = 0;
  /** The interval in which was looked last at what waits. */
  #looked = -1;

  add(kind: number, amount: number, now: number): void {
    const interval = intervalOf(now, FINE.seconds);
    if (interval > this.#interval) this.#close(interval);
    this.#open[kind] = (this.#open[kind] ?? 0) + amount;
  }

  /** Nothing has changed since the last look but what the intervals in between do not show: they had as many. */
  waits(count: number, now: number): void {
    const last = Math.max(intervalOf(now, FINE.seconds), this.#looked);
    const first = this.#looked < 0 ? last : Math.min(this.#looked + 1, last);
    this.#fine.waits(first, last, count);
    this.#coarse.waits(Math.floor(first / FINE_PER_COARSE), Math.floor(last / FINE_PER_COARSE), count);
    this.#looked = last;
  }

  read({ over, until }: HistoryQuery): Intervals {
    this.#close(this.#interval);
    const { seconds, intervals } = SPANS[over];
    const ring = over === "day" ? this.#coarse : this.#fine;
    return ring.read(intervalOf(until, seconds) - intervals + 1, intervals);
  }

  #close(next: number): void {
    this.#fine.add(this.#interval, this.#open);
    this.#coarse.add(Math.floor(this.#interval / FINE_PER_COARSE), this.#open);
    this.#open.fill(0);
    this.#interval = next;
  }
}

const NOTHING = new IntervalRing(1);
const KIND = Object.fromEntries(COUNTED.map((name, kind) => [name, kind])) as Record<Counted, number>;

/**
 * What happened to tasks lately, for charts: counted in memory, of all queues together and of each of the first 64, in intervals of 10 seconds over an hour and of
 * 10 minutes over a day. It takes no rows, so that it begins anew when the object is started again.
 */
export class History {
  readonly #all = new Line();
  readonly #queues = new Map<string, Line>();
  /** When what waits is looked at again. */
  #lookAt = 0;

  /** Something happened in a queue, so often or for so many seconds. */
  add(name: Counted, queue: string, amount: number, now: number): void {
    const kind = KIND[name];
    this.#all.add(kind, amount, now);
    this.#of(queue, now)?.add(kind, amount, now);
  }

  /** Whether it is time to look at what waits: once a second, and before anything is changed. */
  wantsLook(now: number): boolean {
    return now >= this.#lookAt;
  }

  /** So many tasks wait, in all and in each queue; in a queue that is not named nothing does. */
  look(all: number, queues: ReadonlyMap<string, number>, now: number): void {
    this.#lookAt = now + LOOK_MILLISECONDS;
    this.#all.waits(all, now);
    for (const queue of queues.keys()) this.#of(queue, now);
    for (const [queue, line] of this.#queues) line.waits(queues.get(queue) ?? 0, now);
  }

  /** What is known; of a queue that it does not know: that nothing happened. */
  read(query: HistoryQuery): Intervals {
    const line = query.queue === null ? this.#all : this.#queues.get(query.queue);
    return line?.read(query) ?? NOTHING.read(0, SPANS[query.over].intervals);
  }

  #of(queue: string, now: number): Line | undefined {
    const known = this.#queues.get(queue);
    if (known !== undefined || this.#queues.size >= MOST_QUEUES) return known;
    const made = new Line();
    // Looked was before at all there are: nothing waited in this one.
    if (this.#lookAt > 0) made.waits(0, now);
    this.#queues.set(queue, made);
    return made;
  }
}
