import type { Timers } from "../clock.ts";
import type { Call } from "../core/call.ts";
import type { State } from "../core/state.ts";
import type { JobProgress } from "../core/task-job.ts";
import type { ListPlace } from "../core/task-list.ts";
import type { JobRequest, SubmitAnswer } from "./api.ts";
import type { Book } from "./book.ts";
import { callAgain } from "./call-again.ts";
import { forget } from "./forget.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Newest } from "./newest.ts";
import type { Revoker } from "./revoker.ts";
import type { StepLines } from "./step-lines.ts";
import type { PageNote } from "./store/pages.ts";

/** So much of the book each slice of a job works on. */
const SLICE_TASKS = 500;
const SLICE_CHARACTERS = 2_000_000;
/** For so long it is known how a job ended. */
const KEPT_MILLISECONDS = 86_400_000;
/** When the backlog is full, a job that submits waits so long. */
const FULL_MILLISECONDS = 1_000;
const ENDED: readonly State[] = ["SUCCESS", "FAILURE", "REVOKED"];

/** What jobs stand on. */
export interface JobsParts {
  book: Book;
  lines: StepLines;
  newest: Newest;
  revoker: Revoker;
  commits: GroupCommit;
  timers: Timers;
  /** `result_expires` in milliseconds. */
  ttl: number;
  /** Writes calls down, inside a transaction. */
  accept(calls: Call[], now: number): SubmitAnswer;
}

/** A job as its row keeps it. */
interface JobState extends JobProgress {
  v: 1;
  id: string;
  /** Of the slice before; null: none was. */
  cursor: string | null;
}

/**
 * Work on many tasks of a shard, slice by slice. Each slice is a transaction, and what it did and where the next one goes on are written in the same one: a job that is
 * cut off by a reset goes on where it was, and does nothing twice.
 */
export class Jobs {
  readonly #parts: JobsParts;
  readonly #running = new Map<string, JobState>();

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /** Whether one goes on. */
  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Goes on with what a reset has cut off. */
  recover(): void {
    for (const text of this.#parts.book.jobs.unfinished()) this.#go(JSON.parse(text) as JobState);
  }

  /** Begins a job, unless it was begun before, and does its first slice. Inside a transaction. */
  start({ id, kind, filter, terminate, dryRun }: JobRequest, now: number): JobProgress {
    const { jobs } = this.#parts.book;
    const before = this.get(id);
    if (before !== undefined) return before;
    jobs.drop(now - KEPT_MILLISECONDS);
    const until = Math.min(filter.until ?? Number.POSITIVE_INFINITY, now + 1);
    const job: JobState = { v: 1, id, kind, filter: { ...filter, until }, terminate, dryRun, cursor: null, done: 0, doneAt: null };
    this.#slice(job, now);
    if (job.doneAt === null) this.#go(job);
    return progressOf(job);
  }

  /** How far a job is; undefined: there is none of that id, or it ended more than a day ago. */
  get(id: string): JobProgress | undefined {
    const text = this.#parts.book.jobs.get(id);
    return text === undefined ? undefined : progressOf(JSON.parse(text) as JobState);
  }

  #go(job: JobState): void {
    this.#running.set(job.id, job);
    // A change that fails ends the object, which goes on with the job when it is there again.
    void this.#run(job).catch(() => {});
  }

  async #run(job: JobState): Promise<void> {
    const { commits, timers } = this.#parts;
    // The change that began it comes to its end first.
    await Promise.resolve();
    while (job.doneAt === null) {
      const full = await commits.change((now) => this.#slice(job, now));
      if (full) await new Promise<void>((resolve) => timers.after(FULL_MILLISECONDS, resolve));
    }
    this.#running.delete(job.id);
  }

  /** Does a slice and writes down how far it is; tells whether the backlog is too full to go on. */
  #slice(job: JobState, now: number): boolean {
    const full = job.kind === "revoke" ? this.#revoke(job, now) : this.#walk(job, now);
    if (!full && job.cursor === null) job.doneAt = now;
    this.#parts.book.jobs.put(job.id, JSON.stringify(job), job.doneAt);
    return full;
  }

  #revoke(job: JobState, now: number): false {
    const { terminate, dryRun, cursor } = job;
    const { status, ...filter } = job.filter;
    const states = status as readonly State[] | undefined;
    const slice = this.#parts.revoker.revokeWhere(
      { version: 1, filter: states === undefined ? filter : { ...filter, status: states }, terminate, dryRun, cursor },
      now,
    );
    job.done += slice.revoked;
    job.cursor = slice.cursor;
    return false;
  }

  /** Goes through the tasks that have ended. */
  #walk(job: JobState, now: number): boolean {
    const { newest } = this.#parts;
    const filter = { ...job.filter, status: job.filter.status ?? ENDED };
    const from = job.cursor === null ? null : (JSON.parse(job.cursor) as ListPlace);
    const part = newest.part({ version: 1, filter, limit: SLICE_TASKS, characters: SLICE_CHARACTERS, from });
    const ended = part.places.filter((_, index) => ENDED.includes(part.records[index]?.state as State));
    let done = ended.length;
    if (!job.dryRun && job.kind === "forget") done = this.#forget(ended, now);
    if (!job.dryRun && job.kind === "retry") {
      const calls = this.#calls(part.places, part.records, now);
      if (calls.length > 0 && !this.#parts.accept(calls, now).ok) return true;
      done = calls.length;
    }
    job.done += done;
    job.cursor = part.next && JSON.stringify(part.next);
    return false;
  }

  #forget(places: readonly ListPlace[], now: number): number {
    const { book, ttl } = this.#parts;
    return places.filter((place) => forget(book, place, ttl, now) === "forgotten").length;
  }

  #calls(places: readonly ListPlace[], records: readonly { line: string; state: string }[], now: number): Call[] {
    const { book } = this.#parts;
    const rows = new Map<number, PageNote | undefined>();
    return places.flatMap(({ page, slot }, index): Call[] => {
      const { line = "", state = "" } = records[index] ?? {};
      if (!ENDED.includes(state as State)) return [];
      if (!rows.has(page)) rows.set(page, book.open.get(page)?.row ?? book.pages.note(page));
      const row = rows.get(page);
      const call = row && callAgain(this.#parts, row, slot, line, now);
      return call === undefined ? [] : [call];
    });
  }
}

function progressOf({ kind, filter, terminate, dryRun, done, doneAt }: JobState): JobProgress {
  return { kind, filter, terminate, dryRun, done, doneAt };
}
