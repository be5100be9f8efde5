import type { Revocation } from "../app/transport.ts";
import { camelMembers } from "../core/wire/camel-members.ts";
import type { ResultsFilter } from "./filter.ts";
import { segment } from "./query.ts";
import type { Requester } from "./requester.ts";

/** A task, or its name. */
type Named = string | { readonly name: string };

/** Bulk work that runs in slices. */
export interface Job {
  /** Under which `control.job` tells of its progress. */
  id: string;
  /** How many tasks it was done to so far; with `dryRun`: how many it would be. */
  done: number;
  /** The same once it has ended; null: it goes on. */
  count: number | null;
  /** When it ended; null: it goes on. */
  dateDone: Date | null;
  /** What else the deployment says of it. */
  [member: string]: unknown;
}

/** Celery's `app.control` from outside: the methods are those of `app.control` inside the Worker, and what HTTP has beyond them. Needs the scope `control`. */
export class ClientControl {
  readonly #requester: Requester;
  readonly #revoke: (ids: readonly string[], options?: { terminate?: boolean }) => Promise<Revocation[]>;

  constructor(requester: Requester, revoke: (ids: readonly string[], options?: { terminate?: boolean }) => Promise<Revocation[]>) {
    this.#requester = requester;
    this.#revoke = revoke;
  }

  /** Sets how many tasks of a name start a second, minute or hour: `"10/m"`; null or 0: no limit; undefined: what the task itself says counts again. */
  async rateLimit(task: Named, rate: string | number | null | undefined): Promise<void> {
    await this.#requester.post("/v1/control/rate_limit", { task: nameOf(task), rateLimit: rate });
  }

  /** Sets a task's time limits in seconds, soft and hard (Celery's `time_limit`); null: none; undefined: what the task itself says counts again. */
  async timeLimit(task: Named, { soft, hard }: { soft?: number | null; hard?: number | null }): Promise<void> {
    await this.#requester.post("/v1/control/time_limit", { task: nameOf(task), soft, hard });
  }

  /** Has nothing of a queue handed out until it is resumed (Celery's `cancel_consumer`); it lasts across deploys. */
  async pause(queue: string): Promise<void> {
    await this.#requester.post(`/v1/queues/${segment(queue)}/pause`);
  }

  /** Has tasks of a queue handed out again (Celery's `add_consumer`). */
  async resume(queue: string): Promise<void> {
    await this.#requester.post(`/v1/queues/${segment(queue)}/resume`);
  }

  /** Ends all that waits in a queue as REVOKED `purged` (Celery's `purge`); default: in every queue. What runs goes on. Answers how many tasks. */
  async purge(queue?: string): Promise<number> {
    if (queue !== undefined) return (await this.#requester.post<{ purged: number }>(`/v1/queues/${segment(queue)}/purge`)).purged;
    const { queues } = await this.#requester.get<{ queues: { queue: string }[] }>("/v1/queues");
    let sum = 0;
    for (const each of queues) sum += await this.purge(each.queue);
    return sum;
  }

  /** Revokes tasks by their ids (Celery's `revoke`): see `AsyncResult.revoke`. One request each. Answers what became of the task, or of each of them. */
  revoke(id: string, options?: { terminate?: boolean }): Promise<Revocation>;
  revoke(ids: readonly string[], options?: { terminate?: boolean }): Promise<Revocation[]>;
  async revoke(ids: string | readonly string[], options?: { terminate?: boolean }): Promise<Revocation | Revocation[]> {
    if (typeof ids !== "string") return this.#revoke(ids, options);
    const [revocation = "unknown"] = await this.#revoke([ids], options);
    return revocation;
  }

  /** Revokes the tasks that a filter means; one condition at least. `terminate` ends those too that run, `dryRun` only counts. */
  async revokeWhere(filter: ResultsFilter, options: { terminate?: boolean; dryRun?: boolean } = {}): Promise<Job> {
    return jobOf(await this.#requester.post("/v1/results/revoke", { ...filter, ...options }));
  }

  /** Runs the ended tasks again that a filter means, under new ids; `dryRun` only counts. Not repeated when no answer comes: the tasks might run twice. */
  async retryWhere(filter: ResultsFilter, options: { dryRun?: boolean } = {}): Promise<Job> {
    return jobOf(await this.#requester.post("/v1/results/retry", { ...filter, ...options }, "nothing"));
  }

  /** Forgets the results of the ended tasks that a filter means; `dryRun` only counts. */
  async forgetWhere(filter: ResultsFilter, options: { dryRun?: boolean } = {}): Promise<Job> {
    return jobOf(await this.#requester.post("/v1/results/forget", { ...filter, ...options }));
  }

  /** How far bulk work has come. */
  async job(id: string): Promise<Job> {
    return jobOf(await this.#requester.get(`/v1/jobs/${segment(id)}`));
  }
}

function jobOf(document: object): Job {
  return camelMembers<Job>(document, /^date_/);
}

function nameOf(task: Named): string {
  return typeof task === "string" ? task : task.name;
}
