import type { InspectKind, ListPart, ListRequest, LookClient, Rerun } from "../../src/broker/api.ts";
import { History, type HistoryQuery } from "../../src/core/history.ts";
import type { Intervals } from "../../src/core/interval-ring.ts";
import type { JobProgress, TaskJob } from "../../src/core/task-job.ts";
import type { InspectedTask } from "../../src/core/wire/inspect-document.ts";

/** Lists that were made before, whatever is asked. */
export class FakeLooks implements LookClient {
  readonly lists: ListRequest[] = [];
  /** The answer; undefined: the cursor is none. */
  list: ListPart | undefined = { records: [], cursor: null };

  async newest(request: ListRequest): Promise<ListPart | undefined> {
    this.lists.push(request);
    return this.list;
  }

  readonly jobs: TaskJob[] = [];
  /** How far the job is that was begun last. */
  progress: Pick<JobProgress, "done" | "doneAt"> = { done: 3, doneAt: null };
  /** Why a task is not run again. */
  rerunAnswer: Rerun = { ok: true, id: "00000000-0000-8000-8000-0000000000aa" };

  async startJob(job: TaskJob): Promise<JobProgress & { id: string }> {
    this.jobs.push(job);
    return { id: JOB_ID, ...job, ...this.progress };
  }

  async job(id: string): Promise<(JobProgress & { id: string }) | undefined> {
    const job = this.jobs.at(-1);
    return job && id === JOB_ID ? { id, ...job, ...this.progress } : undefined;
  }

  /** What is looked at. */
  inspected: InspectedTask[] = [];

  async inspect(kind: InspectKind, most: number): Promise<InspectedTask[]> {
    return kind === "reserved" ? [] : this.inspected.slice(0, most);
  }

  /** What happened. */
  readonly happened = new History();
  readonly histories: HistoryQuery[] = [];

  async history(query: HistoryQuery): Promise<Intervals> {
    this.histories.push(query);
    return this.happened.read(query);
  }

  async rerun(): Promise<Rerun> {
    return this.rerunAnswer;
  }
}

/** The id of every job. */
export const JOB_ID = "00000000-0000-4000-8000-000000000009";
