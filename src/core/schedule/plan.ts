import type { Schedule } from "./schedule.ts";
import { latestInstant, nextInstant } from "./schedule.ts";

/** What beat remembers of an entry. Instants are milliseconds since 1970. */
export interface EntryState {
  /** When the entry was first seen under its present schedule. */
  firstSeen: number;
  /** The last instant it was sent for, or is being sent for; null before the first. */
  lastInstant: number | null;
}

/** What to do about an entry now. */
export interface EntryPlan {
  /** The instant to send it for; null when none is due. */
  due: number | null;
  /** The first instant that is neither past nor sent for. */
  next: number;
}

/**
 * Decides whether an entry is due. Of several instants that were missed only the last is due (Celery runs an overdue entry once).
 * No instant is due twice, nor one before an instant that was sent for: after a clock was set back an entry rests until the time it
 * had reached comes again.
 */
export function planEntry(schedule: Schedule, state: EntryState, setting: { now: number; zone: string }): EntryPlan {
  const origin = { firstSeen: state.firstSeen, zone: setting.zone };
  const sent = state.lastInstant ?? Number.NEGATIVE_INFINITY;
  const latest = latestInstant(schedule, setting.now, origin);
  return {
    due: latest !== null && latest > sent ? latest : null,
    next: nextInstant(schedule, Math.max(setting.now, sent), origin),
  };
}
