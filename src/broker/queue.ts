import { firstPriority, goesOnUntil } from "../core/ageing.ts";
import { Agenda } from "./agenda.ts";
import { Arrivals } from "./arrivals.ts";
import type { Room, Taken } from "./band.ts";
import { Lane, type LaneOwner } from "./lane.ts";
import type { Holdings } from "./lease.ts";
import type { Limit, Place } from "./limit.ts";
import type { OpenPage } from "./open-page.ts";
import { RunTimes } from "./run-times.ts";
import { type Suspect, Suspects } from "./suspects.ts";
import { Turns } from "./turns.ts";

/** Until the next token a consumer is kept no longer than this: a bell costs about as much (milliseconds). */
const LONGEST_STAY_MILLISECONDS = 1_000;
/** What it is kept beyond twice that time (milliseconds). */
const SPARE_MILLISECONDS = 10;

/** What a queue stands on. */
export interface QueueParts {
  name: string;
  /** Seconds of waiting that a step of priority is worth; null: priorities are strict. */
  ageing: number | null;
  /** The lane of a page in memory. */
  laneOf(page: number): Lane | undefined;
}

/**
 * One of Celery's queues: the lane of what is under no limit, and the lanes of what is. Which of them is granted from next is decided by
 * priority and age, and, between the keys of one limit, by turns.
 */
export class Queue implements LaneOwner, Holdings {
  readonly name: string;
  readonly ageing: number | null;
  /** What is under no limit. */
  readonly plain: Lane;
  /** Slots that leases hold. */
  held = 0;
  /** Nothing of it is granted. */
  paused = false;
  readonly arrivals = new Arrivals();
  readonly runTimes = new RunTimes();
  readonly #parts: QueueParts;
  readonly #turns = new Map<string, Turns>();
  readonly #limited = new Set<Lane>();
  readonly #suspects = new Suspects();
  readonly #agenda = new Agenda<Lane>();
  /** Lanes under limits that are to be looked at. */
  #changed = new Set<Lane>();
  /** Keys of which slots were taken and are not held yet. */
  readonly #reserved = new Set<Place>();

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.ageing = parts.ageing;
    this.plain = new Lane(parts.name, this);
  }

  /** All its lanes, that of what is under no limit first. */
  *lanes(): Generator<Lane> {
    yield this.plain;
    yield* this.#limited;
  }

  /** A new lane, under a limit. */
  add(name: string, place: Place): Lane {
    const lane = new Lane(name, this, place);
    this.#limited.add(lane);
    return lane;
  }

  /** Forgets a lane under a limit. */
  drop(lane: Lane): void {
    this.#limited.delete(lane);
    this.#agenda.set(lane, Number.POSITIVE_INFINITY);
    lane.place?.leave(lane);
  }

  /** Takes the lanes that are to be looked at: read from disk as far as they want, and planned again. */
  take(now: number): Lane[] {
    const lanes = new Set([this.plain, ...this.#agenda.take(now), ...this.#changed]);
    this.#changed = new Set();
    return [...lanes];
  }

  /** A lane was looked at. */
  plan(lane: Lane, now: number): void {
    if (lane !== this.plain) this.#agenda.set(lane, lane.nextAt(now));
  }

  arrived(now: number): void {
    this.arrivals.note(now);
  }

  offered(lane: Lane, priority: number): void {
    if (lane.place === undefined) return;
    const { limit } = lane.place;
    const turns = this.#turns.get(limit.name) ?? new Turns(limit);
    this.#turns.set(limit.name, turns);
    turns.join(lane, priority);
  }

  changed(lane: Lane): void {
    if (lane !== this.plain) this.#changed.add(lane);
  }

  /** A lease holds a slot of this page. */
  hold(page: number): void {
    this.held += 1;
    this.occupy(page);
  }

  /** After a reset: what a lease holds of this page, which was not in memory when it was read, takes a place. */
  occupy(page: number): void {
    const place = this.#parts.laneOf(page)?.place;
    if (place !== undefined) place.running += 1;
  }

  /** It does not any more. */
  release(page: number): void {
    this.held -= 1;
    this.#parts.laneOf(page)?.place?.release();
  }

  /** Whether there is something to grant. */
  busy(now: number): boolean {
    if (this.paused) return false;
    if (this.plain.ready > 0) return true;
    for (const turns of this.#turns.values()) if (turns.ready(1, now) > 0) return true;
    return this.suspect(now) !== undefined;
  }

  /** How many slots may be granted now, suspects apart, as far as it matters for `most`. */
  ready(most: number, now: number): number {
    let { ready } = this.plain;
    for (const turns of this.#turns.values()) if (ready < most) ready += turns.ready(most - ready, now);
    return this.paused ? 0 : ready;
  }

  /** When it is to be looked at next: milliseconds since 1970; infinite when it need not. */
  nextAt(now: number): number {
    return this.paused ? Number.POSITIVE_INFINITY : Math.min(this.plain.nextAt(now), this.#agenda.next, this.#tokenAt(now));
  }

  /** How long a consumer that finds nothing should stay, in milliseconds: until more is expected, if that is soon. */
  stay(now: number): number {
    if (this.paused) return 0;
    const left = this.#tokenAt(now) - now;
    const forToken = left >= LONGEST_STAY_MILLISECONDS ? 0 : Math.min(2 * left + SPARE_MILLISECONDS, LONGEST_STAY_MILLISECONDS);
    return Math.max(forToken, this.arrivals.stay(now));
  }

  /** How many slots wait to be granted alone. */
  get suspects(): number {
    return this.#suspects.size;
  }

  /** The most there were since there were none. */
  get mostSuspects(): number {
    return this.#suspects.most;
  }

  addSuspect(suspect: Suspect): void {
    this.#suspects.add(suspect);
  }

  /** The suspect that goes next, of those that no limit holds back. */
  suspect(now: number): Suspect | undefined {
    return this.paused ? undefined : this.#suspects.first(({ page }) => this.#isOpen(page, now));
  }

  takeSuspect(now: number): Suspect | undefined {
    const suspect = this.suspect(now);
    if (suspect === undefined) return undefined;
    this.#suspects.delete(suspect);
    this.#limitOf(suspect.page)?.start(true, now);
    return suspect;
  }

  /** Lets a suspect go that was ended. */
  forget(page: number, slot: number): void {
    this.#suspects.forget(page, slot);
  }

  /** Lets a suspect go if so many attempts were granted, and tells whether it did. */
  absolve(page: number, slot: number, attempts: number): boolean {
    return this.#suspects.absolve(page, slot, attempts);
  }

  /** A slot that was taken is not started after all. */
  giveBack(page: OpenPage): void {
    this.#limitOf(page)?.giveBack();
  }

  /**
   * Takes ready slots by priority and age: at most `room.slots`, and no more once their weights have used up `room.weight`, but one at
   * least; fewer when what goes before the next one must be read from disk first.
   */
  takeReady(room: Room, now: number): Taken[] {
    const taken: Taken[] = [];
    while (!this.paused && room.slots > 0 && room.weight > 0) {
      const dry = this.#takeNext(room, taken, now);
      if (dry) break;
    }
    for (const place of this.#reserved) {
      place.reserved = 0;
      place.offer();
    }
    this.#reserved.clear();
    return taken;
  }

  /** Takes what goes before all others; tells whether there is no more, or none in memory. */
  #takeNext(room: Room, taken: Taken[], now: number): boolean {
    const heads: (number | undefined)[] = [];
    const from: (Turns | undefined)[] = [];
    for (const { priority, since } of this.plain.bands) heads[priority] = since;
    for (const turns of this.#turns.values()) {
      for (let priority = 0; priority < heads.length; priority++) {
        const since = turns.since(priority, now);
        if (since === undefined || since > (heads[priority] ?? Number.POSITIVE_INFINITY)) continue;
        heads[priority] = since;
        from[priority] = turns;
      }
    }
    const priority = firstPriority(heads, this.ageing);
    if (priority === undefined) return true;
    const turns = from[priority];
    const lane = turns?.take(priority, room, taken, now) ?? this.plain;
    const band = lane.band(priority);
    if (turns === undefined) {
      band.take(room, taken, Math.min(goesOnUntil(heads, priority, this.ageing), this.#turnSince(priority, now)));
      return band.ready === 0 && band.wake <= now;
    }
    lane.touch();
    if (lane.place !== undefined) this.#reserved.add(lane.place);
    return false;
  }

  /** Since when that is ready of lanes under limits whose turn it is. */
  #turnSince(priority: number, now: number): number {
    let since = Number.POSITIVE_INFINITY;
    for (const turns of this.#turns.values()) since = Math.min(since, turns.since(priority, now) ?? since);
    return since;
  }

  /** When the next token comes that something waits for. */
  #tokenAt(now: number): number {
    const limits = new Set<Limit>();
    for (const turns of this.#turns.values()) if (turns.waiting) limits.add(turns.limit);
    for (const { page } of this.#suspects) {
      const limit = this.#limitOf(page);
      if (limit !== undefined) limits.add(limit);
    }
    let at = Number.POSITIVE_INFINITY;
    for (const limit of limits) {
      const next = limit.nextAt(now);
      if (next > now) at = Math.min(at, next);
    }
    return at;
  }

  #isOpen(page: OpenPage, now: number): boolean {
    const place = this.#parts.laneOf(page.id)?.place;
    return place === undefined || (place.free > 0 && place.limit.nextAt(now) <= now);
  }

  #limitOf(page: OpenPage): Limit | undefined {
    return this.#parts.laneOf(page.id)?.place?.limit;
  }
}
