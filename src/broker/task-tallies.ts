import type { Line } from "../core/call.ts";
import { History } from "../core/history.ts";
import { queueOf } from "../core/lane-name.ts";
import type { Ended } from "../core/outcomes.ts";
import type { PageDraft } from "../core/page.ts";
import type { Outcome } from "../core/result.ts";
import { type TaskSeries, TaskTally } from "../core/task-tally.ts";
import type { TaskCounts } from "../core/units.ts";
import type { Taken } from "./band.ts";
import type { Lines } from "./lines.ts";
import type { OpenPage, PageTallies } from "./open-page.ts";
import type { PageRow } from "./store/pages.ts";
import type { TaskListener } from "./task-listener.ts";

/** So many names are told apart, lest a client fills memory with names of its own making. */
const MOST_NAMES = 200;
/** Under what the others are counted, and what is not known by name. */
const OTHER = "other";
/** How `composeCall` begins each line. */
const BEGIN = '{"task":"';

/** What an end is counted as. */
const ENDED_AS = { SUCCESS: "succeeded", FAILURE: "failed", REVOKED: "revoked" } as const;

/** A tally, and the letters with which a line of that name begins. */
interface Named {
  tally: TaskTally;
  codes: Uint16Array;
}

/**
 * Counts tasks, all together and by name, in memory: counting costs no rows, and reads none. A page mostly holds tasks of one name: then it is looked up once for the page, and each
 * slot costs some additions. What ends without its lines in memory (shortly after a reset, or revoked on disk) is counted as `other`.
 */
export class TaskTallies implements TaskCounts {
  accepted = 0;
  ended = 0;
  expired = 0;
  /** The same by time. */
  readonly history = new History();
  /** Is told whatever is counted, while somebody listens. */
  listener: TaskListener | undefined;
  readonly #tallies = new Map<string, Named>();
  /** What was looked up last. */
  #last: Named | undefined;
  /** The first page that was written since the object was started. */
  #firstPage = Number.POSITIVE_INFINITY;

  /** A page was written. */
  accept(row: PageRow, draft: PageDraft, now: number): void {
    this.listener?.accepted(row, draft, now);
    const { id, count } = row;
    const { lines, head } = draft;
    this.accepted += count;
    this.history.add("received", queueOf(row.queue), count, now);
    if (id < this.#firstPage) this.#firstPage = id;
    for (let slot = 0; slot < lines.length; slot++) this.#of(lines[slot], now).accepted(head.due?.[slot] !== undefined);
  }

  /** Slots are granted to a consumer of a queue. */
  grant(taken: readonly Taken[], lines: Lines, queue: string, now: number): void {
    this.listener?.granted(taken, now);
    let waited = 0;
    for (const { page, slot, attempt } of taken) {
      page.tallies ??= this.#tell(lines.of(page.id), now);
      const tally = tallyAt(page.tallies, slot);
      const due = page.due(slot);
      const ready = Math.max(due ?? 0, page.row.created);
      // Of an attempt after a lost lease nobody knows since when it could start.
      const known = attempt === 1 || due !== undefined;
      if (attempt === 1) tally.left(due === undefined && page.id >= this.#firstPage);
      tally.started(queue, known ? (now - ready) / 1000 : undefined, due !== undefined, now);
      if (known) waited += Math.max(0, now - ready) / 1000;
    }
    this.history.add("started", queue, taken.length, now);
    this.history.add("waitSeconds", queue, waited, now);
  }

  /** An attempt has come to its end. */
  run(page: OpenPage, outcome: Outcome, lines: Lines, now: number): void {
    this.listener?.ran(page, outcome, now);
    const { slot, state, startedAt, endedAt } = outcome;
    const tally = this.#tallyOf(page, slot, lines, now);
    if (state === "REJECTED") tally.rejected();
    else if (state === "SUCCESS" || state === "FAILURE" || state === "RETRY") tally.ran(state, (endedAt - startedAt) / 1000);
    if (state === "RETRY") this.history.add("retried", queueOf(page.laneOf(slot)), 1, now);
    else if (state === "SUCCESS" || state === "FAILURE")
      this.history.add("runSeconds", queueOf(page.laneOf(slot)), Math.max(0, endedAt - startedAt) / 1000, now);
  }

  /** Slots of a page have ended. */
  end(page: OpenPage, slots: readonly Ended[], lines: Lines, now: number): void {
    this.listener?.ended(page, slots, now);
    this.ended += slots.length;
    for (const { slot, state, startedAt } of slots) {
      const tally = this.#tallyOf(page, slot, lines, now);
      const waited = startedAt === null && page.note(slot) === undefined;
      if (waited) tally.left(page.due(slot) === undefined && page.id >= this.#firstPage);
      tally.ended(state);
      this.history.add(ENDED_AS[state], queueOf(page.laneOf(slot)), 1, now);
    }
  }

  /** What was counted so far, by name. */
  series(): TaskSeries[] {
    return [...this.#tallies.values()].map(({ tally }) => tally.series);
  }

  #tallyOf(page: OpenPage, slot: number, lines: Lines, now: number): TaskTally {
    const known = page.tallies ?? lines.kept(page.id);
    if (known === undefined) return this.#named(OTHER, now).tally;
    page.tallies ??= this.#tell(lines.of(page.id), now);
    return tallyAt(page.tallies, slot);
  }

  /** The tallies of a page's slots: one for all, if they have one name. */
  #tell(lines: readonly string[], now: number): PageTallies {
    const first = this.#of(lines[0], now);
    for (let slot = 1; slot < lines.length; slot++) {
      if (this.#of(lines[slot], now) !== first) return lines.map((line) => this.#of(line, now));
    }
    return first;
  }

  #of(line = "", now: number): TaskTally {
    if (this.#last !== undefined && begins(line, this.#last.codes)) return this.#last.tally;
    const end = line.startsWith(BEGIN) ? line.indexOf('"', BEGIN.length) : -1;
    const plain = end < 0 ? undefined : line.slice(BEGIN.length, end);
    if (plain === undefined || plain.includes("\\")) return this.#named(openedName(line), now).tally;
    this.#last = this.#named(plain, now);
    return this.#last.tally;
  }

  #named(name: string, now: number): Named {
    const before = this.#tallies.get(name);
    if (before !== undefined) return before;
    if (name !== OTHER && this.#tallies.size >= MOST_NAMES) return this.#named(OTHER, now);
    const begin = `${BEGIN}${name}"`;
    const made = { tally: new TaskTally(name, now), codes: Uint16Array.from({ length: begin.length }, (_, at) => begin.charCodeAt(at)) };
    this.#tallies.set(name, made);
    return made;
  }
}

/** Whether a line, which begins as `BEGIN` has it, is of that name: letter by letter from the end, where names differ. Twice as fast as `startsWith`. */
function begins(line: string, codes: Uint16Array): boolean {
  let at = codes.length - 1;
  while (at >= BEGIN.length && line.charCodeAt(at) === codes[at]) at -= 1;
  return at < BEGIN.length;
}

function tallyAt(tallies: PageTallies, slot: number): TaskTally {
  return Array.isArray(tallies) ? (tallies[slot] as TaskTally) : (tallies as TaskTally);
}

/** A name that JSON has to escape. */
function openedName(line: string): string {
  try {
    return (JSON.parse(line) as Line).task ?? OTHER;
  } catch {
    return OTHER;
  }
}
