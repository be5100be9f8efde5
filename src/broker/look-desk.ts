import type { Config } from "../core/config.ts";
import type {
  Accepted,
  HistoryPart,
  HistoryRequest,
  InspectPart,
  InspectRequest,
  JobPart,
  JobRequest,
  LookApi,
  NewestPart,
  NewestRequest,
  Refused,
  Rerun,
  RerunRequest,
  Submission,
} from "./api.ts";
import { callAgain } from "./call-again.ts";
import { Inspector, type InspectorParts } from "./inspector.ts";
import type { Answer, Intake } from "./intake.ts";
import { Jobs, type JobsParts } from "./jobs.ts";
import type { Meter } from "./meter.ts";
import { Newest, type NewestParts } from "./newest.ts";
import { noteWaiting } from "./note-waiting.ts";

/** What a desk for lists stands on. */
export interface LookDeskParts extends NewestParts, Omit<InspectorParts, "concurrency">, Omit<JobsParts, "newest" | "accept" | "ttl"> {
  config: Config;
  meter: Meter;
  intake: Intake;
  /** Never the same twice. */
  nonce(): string;
}

/** Answers what a shard is asked about many of its tasks, and works on them. */
export class LookDesk implements LookApi {
  readonly #parts: LookDeskParts;
  readonly #newest: Newest;
  readonly #jobs: Jobs;
  readonly #inspector: Inspector;

  constructor(parts: LookDeskParts) {
    this.#parts = parts;
    this.#newest = new Newest(parts);
    this.#inspector = new Inspector({ ...parts, concurrency: parts.config.workerConcurrency });
    const accept: JobsParts["accept"] = (calls, now) =>
      this.#accept({ version: 1, nonce: parts.nonce(), attempt: 1, sentAt: now, calls }, now);
    this.#jobs = new Jobs({ ...parts, newest: this.#newest, ttl: parts.config.resultExpires * 1000, accept });
  }

  /** Whether a job goes on: the object is to wake up again if it is reset. */
  get busy(): boolean {
    return this.#jobs.busy;
  }

  /** Goes on with the jobs that a reset has cut off. */
  recover(): void {
    this.#jobs.recover();
  }

  newest(request: NewestRequest): Promise<NewestPart> {
    return this.#call(async () => this.#newest.part(request));
  }

  startJob(request: JobRequest): Promise<JobPart> {
    const { commits, homes } = this.#parts;
    return this.#call(async () => ({ ...homes.known, job: await commits.change((now) => this.#jobs.start(request, now)) }));
  }

  job(id: string): Promise<JobPart> {
    return this.#call(async () => ({ ...this.#parts.homes.known, job: this.#jobs.get(id) ?? null }));
  }

  rerun(request: RerunRequest): Promise<Rerun> {
    return this.#call(() => this.#parts.commits.change((now) => this.#rerun(request, now)));
  }

  inspect({ kind, most }: InspectRequest): Promise<InspectPart> {
    const { clock, homes } = this.#parts;
    return this.#call(async () => ({ ...homes.known, tasks: this.#inspector.look(kind, most, clock.now()) }));
  }

  history(request: HistoryRequest): Promise<HistoryPart> {
    const { book, clock, homes } = this.#parts;
    return this.#call(async () => {
      noteWaiting(book, clock.now());
      return { ...homes.known, intervals: book.counts.history.read(request) };
    });
  }

  #rerun({ id, nonce, attempt, sentAt }: RerunRequest, now: number): Rerun {
    const { addresses, book, reader } = this.#parts;
    const place = addresses.find(id);
    const lookup = place === undefined ? { found: false as const, why: "unknown" as const } : reader.read(id, place, now);
    if (place === undefined || !lookup.found) return { ok: false, why: lookup.found ? "unknown" : lookup.why };
    if (lookup.record.doneAt === null) return { ok: false, why: "unfinished" };
    const row = book.open.get(place.page)?.row ?? book.pages.note(place.page);
    const call = row && callAgain(this.#parts, row, place.slot, lookup.record.line, now);
    if (call === undefined) return { ok: false, why: "too_large" };
    const answer = this.#accept({ version: 1, nonce, attempt, sentAt, calls: [call] }, now);
    return answer.ok ? { ok: true, id: answer.ids[0] ?? "" } : answer;
  }

  /** A call without names is accepted or refused, and never sent elsewhere. */
  #accept(submission: Submission, now: number): Accepted | Refused {
    return (this.#parts.intake.accept(new Map([[submission.nonce, submission]]), now).get(submission.nonce) as Answer).answer as
      | Accepted
      | Refused;
  }

  #call<T>(work: () => Promise<T>): Promise<T> {
    this.#parts.meter.count("workerRequests");
    return this.#parts.meter.call(work);
  }
}
