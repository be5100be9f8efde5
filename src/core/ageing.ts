/**
 * Which priority goes first when low ones must not starve. Each step of priority is worth so many seconds of waiting: a task goes before every
 * one of a lower priority that came at most that much earlier for each step between them. The order of two tasks never changes while they
 * wait, so it is enough to look at the head of each priority's line, and the clock is not asked.
 */

/** Seconds that one step of priority is worth. */
export const PRIORITY_STEP = 60;

/**
 * Where a task stands among all: the smaller goes first. `since` is when it was ready (milliseconds since 1970), `step` in seconds; null: strict
 * priorities, for which see `firstPriority`.
 */
export function rankOf(priority: number, since: number, step: number): number {
  return since - priority * step * 1000;
}

/**
 * The priority whose head goes first. `heads[p]` is when the oldest ready task of priority p was ready; undefined: nothing is ready there.
 * With `step` null the highest priority that has anything. Of equal ones the higher. Undefined when there is nothing at all.
 */
export function firstPriority(heads: readonly (number | undefined)[], step: number | null): number | undefined {
  let first: number | undefined;
  let best = Number.POSITIVE_INFINITY;
  for (let priority = heads.length - 1; priority >= 0; priority--) {
    const since = heads[priority];
    if (since === undefined) continue;
    if (step === null) return priority;
    const rank = rankOf(priority, since, step);
    if (first === undefined || rank < best) {
      first = priority;
      best = rank;
    }
  }
  return first;
}

/**
 * How long the line of `priority` may go on: until (and with) which `since` its tasks go before the heads of all others, so that a whole stretch
 * is taken without comparing each. Infinite when no other has anything, or all that have are lower and priorities are strict.
 */
export function goesOnUntil(heads: readonly (number | undefined)[], priority: number, step: number | null): number {
  let until = Number.POSITIVE_INFINITY;
  for (const [other, since] of heads.entries()) {
    if (other === priority || since === undefined) continue;
    if (step === null) {
      if (other > priority) return Number.NEGATIVE_INFINITY;
      continue;
    }
    const meets = rankOf(other, since, step) + priority * step * 1000;
    // Of equal ones the higher priority goes first.
    until = Math.min(until, other > priority ? meets - 1 : meets);
  }
  return until;
}
