/** A task that runs no longer than this, on average, is short (milliseconds). */
const SHORT_RUN_MILLISECONDS = 5;
/** So long, on average, may a short task take from grant to report, with all others of the grant (milliseconds a task). */
const SHORT_TURN_MILLISECONDS = 2;
/** How much the last report counts against those before. */
const WEIGHT = 0.3;

/** How tasks of a queue ended that were reported together. */
interface Report {
  /** When the tasks that were granted last were granted, and when this came: milliseconds since 1970. */
  grantedAt: number;
  now: number;
  outcomes: readonly { startedAt: number; endedAt: number }[];
}

/**
 * How long the tasks of a queue took lately: those that are short are handed out in larger numbers. What consumers measure
 * tells of waiting (their clocks stand still while a handler computes), what the broker measures of computing too.
 */
export class RunTimes {
  #run: number | undefined;
  #turn: number | undefined;

  /** Takes in a report of at least one outcome. */
  note({ grantedAt, now, outcomes }: Report): void {
    const count = outcomes.length;
    let run = 0;
    for (const { startedAt, endedAt } of outcomes) run += endedAt - startedAt;
    this.#run = blend(this.#run, run / count);
    this.#turn = blend(this.#turn, (now - grantedAt) / count);
  }

  /** Whether tasks are known to be short. */
  get short(): boolean {
    const { POSITIVE_INFINITY: unknown } = Number;
    return (this.#run ?? unknown) <= SHORT_RUN_MILLISECONDS && (this.#turn ?? unknown) <= SHORT_TURN_MILLISECONDS;
  }
}

function blend(before: number | undefined, last: number): number {
  return before === undefined ? last : before + (last - before) * WEIGHT;
}
