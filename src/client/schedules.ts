import type { AsyncResult } from "../app/async-result.ts";
import { camelMembers } from "../core/wire/camel-members.ts";
import { writeCall } from "../core/wire/write-call.ts";
import { segment } from "./query.ts";
import type { Requester } from "./requester.ts";

/** When an entry is due: seconds, a crontab's five fields as text, or one of the forms in JSON, as in `wrangler.toml`. */
export type ScheduleForm = number | string | Readonly<Record<string, unknown>>;

/** A beat entry as it is written: the keys of `[vars.beat_schedule]`. */
export interface ScheduleEntry {
  /** The task's name. */
  task: string;
  schedule: ScheduleForm;
  args?: readonly unknown[];
  kwargs?: Readonly<Record<string, unknown>>;
  options?: Readonly<Record<string, unknown>>;
  /** Any other key of an entry, in camelCase, such as `timezone` or `enabled`. */
  [key: string]: unknown;
}

/** A beat entry, and what beat knows of it. */
export interface ScheduleView extends ScheduleEntry {
  name: string;
  enabled: boolean;
  /** `wrangler.toml` or the code (read-only), or this API. */
  source: string;
  nextRunAt: Date | null;
  lastRunAt: Date | null;
  totalRunCount: number;
  lastTaskId: string | null;
  firstSeen: Date;
  /** Why it will never be due, where it will not. */
  warning?: string;
}

/** Beat's entries: those of the deployment, which can only be read and run, and those that are added here. */
export class Schedules {
  readonly #requester: Requester;
  readonly #result: (id: string) => AsyncResult;

  constructor(requester: Requester, result: (id: string) => AsyncResult) {
    this.#requester = requester;
    this.#result = result;
  }

  /** Every entry, by name. */
  async list(): Promise<ScheduleView[]> {
    const views: ScheduleView[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const part: { schedules: object[]; cursor?: string | null } = await this.#requester.get("/v1/schedules", { cursor });
      for (const document of part.schedules) views.push(viewOf(document));
      cursor = part.cursor ?? null;
    }
    return views;
  }

  /** One entry. @throws UnknownScheduleProblem */
  async get(name: string): Promise<ScheduleView> {
    return viewOf(await this.#requester.get<object>(at(name)));
  }

  /** Adds an entry, or puts it in the place of the one of that name. @throws BadScheduleProblem, ScheduleReadOnlyProblem for one of the deployment's */
  async put(name: string, entry: ScheduleEntry): Promise<ScheduleView> {
    const body = JSON.stringify(writeCall(entry.task, entry));
    return viewOf(await this.#requester.json<object>({ method: "PUT", path: at(name), body }));
  }

  /** Takes an entry away that was added here; tasks that were sent stay. Also when it is gone already. */
  async delete(name: string): Promise<void> {
    await this.#requester.json({ method: "DELETE", path: at(name) });
  }

  /** Sends an entry's task now, beside its schedule. Not repeated when no answer comes: the task might be sent twice. */
  async run(name: string): Promise<AsyncResult> {
    const { task_id } = await this.#requester.post<{ task_id: string }>(`${at(name)}/run`, {}, "nothing");
    return this.#result(task_id);
  }

  /** Lets an entry be due again. */
  async enable(name: string): Promise<ScheduleView> {
    return viewOf(await this.#requester.post<object>(`${at(name)}/enable`));
  }

  /** Keeps an entry from being due until it is enabled. */
  async disable(name: string): Promise<ScheduleView> {
    return viewOf(await this.#requester.post<object>(`${at(name)}/disable`));
  }

  /** When a schedule would be due after `from` (default: now), at most `count` times (default 10), in `timezone` (default the deployment's). */
  async preview(schedule: ScheduleForm, options: { timezone?: string; from?: Date; count?: number } = {}): Promise<Date[]> {
    const { fires } = await this.#requester.post<{ fires: string[] }>("/v1/schedules/preview", { schedule, ...options });
    return fires.map((time) => new Date(time));
  }
}

function at(name: string): string {
  return `/v1/schedules/${segment(name)}`;
}

function viewOf(document: object): ScheduleView {
  return camelMembers<ScheduleView>(document, /_at$|^first_seen$/);
}
