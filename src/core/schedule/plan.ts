import type { Origin, Schedule } from "./schedule.ts";
import { latestInstant, nextInstant } from "./schedule.ts";

/** What becomes of instants that were missed: each is sent, or the latest only (as Celery), or the latest if it is hardly late. */
export type CatchUp = "all" | "one" | "none";

/** When an entry is to be sent. Instants are milliseconds since 1970. */
export interface EntryTerms {
  schedule: Schedule;
  /** The IANA zone of what follows the calendar. */
  zone: string;
  catchUp: CatchUp;
  /** An instant that is later than this many milliseconds is not sent any more. Default: none; with `catchUp` "none" a minute. */
  startingDeadline?: number;
  /** No instant before this one counts; an interval's first is this one. */
  startTime?: number;
  /** No instant from this one on counts. */
  expires?: number;
  /** Sent once. */
  oneOff: boolean;
}

/** What beat remembers of an entry. Instants are milliseconds since 1970. */
export interface EntryState {
  /** When the entry was first seen under its present schedule, or enabled again. */
  firstSeen: number;
  /** The last instant it was sent for, or is being sent for; null before the first. */
  lastInstant: number | null;
}

/** What to do about an entry now. */
export interface EntryPlan {
  /** The instant to send it for; null when none is due. With `catchUp` "all" there may be more behind it: plan again once it is noted. */
  due: number | null;
  /** The first instant after those that are due or given up; null when none will come. */
  next: number | null;
}

/** How late a tick may come: what "none" still takes for on time. */
const ON_TIME = 60_000;
const NOTHING: EntryPlan = { due: null, next: null };

/**
 * Decides whether an entry is due. No instant is due twice, nor one before an instant that was sent for: after a clock was set back an
 * entry rests until the time it had reached comes again.
 */
export function planEntry(terms: EntryTerms, state: EntryState, now: number): EntryPlan {
  const { schedule, catchUp, startTime = Number.NEGATIVE_INFINITY, expires = Number.POSITIVE_INFINITY } = terms;
  const { lastInstant, firstSeen } = state;
  if (terms.oneOff && lastInstant !== null && lastInstant > firstSeen) return NOTHING;
  const origin = originOf(terms, firstSeen);
  const deadline = terms.startingDeadline ?? (catchUp === "none" ? ON_TIME : Number.POSITIVE_INFINITY);
  const settled = Math.max(lastInstant ?? firstSeen, startTime - 1);
  // What is too late to be sent is not walked through.
  const after = catchUp === "all" ? Math.max(settled, now - deadline - 1) : settled;
  const until = Math.min(now, expires - 1);
  const found = catchUp === "all" ? firstInstant(schedule, after, until, origin) : latestInstant(schedule, { after, now: until }, origin);
  const next = nextInstant(schedule, found ?? after, origin);
  return {
    due: found !== null && now - found <= deadline ? found : null,
    next: next !== null && next < expires ? next : null,
  };
}

function firstInstant(schedule: Schedule, after: number, until: number, origin: Origin): number | null {
  const first = nextInstant(schedule, after, origin);
  return first !== null && first <= until ? first : null;
}

function originOf({ schedule, startTime, zone }: EntryTerms, firstSeen: number): Origin {
  if (startTime === undefined || schedule.kind !== "interval") return { firstSeen, zone };
  return { firstSeen: startTime - schedule.everyMilliseconds, zone };
}
