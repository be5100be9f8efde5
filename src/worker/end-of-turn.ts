/** Tasks that end in the same turn do so within a few microtasks of one another. */
const QUIET_MICROTASKS = 8;
const MOST_QUIET_ROUNDS = 32;

/**
 * Lets the turn's other tasks end, so that they travel in one report: comes back once a few microtasks went by without an outcome.
 * @param count how many outcomes there are; undefined: nothing runs any more
 */
export async function endOfTurn(count: () => number | undefined): Promise<void> {
  let seen = -1;
  for (let round = 0; round < MOST_QUIET_ROUNDS; round += 1) {
    const now = count();
    if (now === undefined || now === seen) return;
    seen = now;
    for (let microtask = 0; microtask < QUIET_MICROTASKS; microtask += 1) await null;
  }
}
