import type { AsyncResult, GetOptions } from "../app/async-result.ts";
import type { Revocation } from "../app/transport.ts";
import { systemClock } from "../clock.ts";
import { TimeoutError } from "../core/errors.ts";
import type { ResultDocument } from "../core/wire/read-result-document.ts";
import type { Client } from "./client.ts";
import { queryOf, segment } from "./query.ts";

/** Of a member whose result has expired not even the id is told: this is the id of no task. */
const GONE = "00000000-0000-0000-0000-000000000000";

/** The longest that one question waits, in seconds. */
const LONGEST_POLL = 20;

/** `GET /v1/groups/{group_id}`. A member that is a group itself has its `group_id` alone, one whose result has expired is null. */
interface GroupDocument {
  ready: boolean;
  successful: boolean;
  failed: boolean;
  /** How many members have succeeded, as in Celery. */
  completed_count: number;
  count: number;
  results: (ResultDocument | { group_id: string } | null)[];
  cursor: string | null;
}

/** Celery's `GroupResult`: the way to the results of a group's members. Nothing is read until asked for. */
export class GroupResult<R = unknown> {
  /** The group's id. */
  readonly id: string;
  /** What the group came after, where its canvas had it come after something. */
  readonly parent: AsyncResult | GroupResult | null;
  readonly #client: Pick<Client, "request" | "AsyncResult">;

  /** For a group whose id is known: `new GroupResult(id, client)`. */
  constructor(id: string, client: Pick<Client, "request" | "AsyncResult">, parent: AsyncResult | GroupResult | null = null) {
    this.id = id;
    this.parent = parent;
    this.#client = client;
  }

  /**
   * Waits until all members have ended and answers what they returned, in order (Celery's `join`). Throws the error of the first that did not succeed; with
   * `propagate: false` it stands in the member's place. Throws `TimeoutError` when `timeout` seconds are over, and `UnknownIdProblem` and `ExpiredProblem` as they come.
   */
  async get({ timeout = Number.POSITIVE_INFINITY, propagate }: GetOptions = {}): Promise<R[]> {
    const deadline = systemClock.now() + timeout * 1000;
    for (;;) {
      const left = Math.max(0, (deadline - systemClock.now()) / 1000);
      if ((await this.#look(Math.min(LONGEST_POLL, left), 1)).ready) break;
      if (left === 0) throw new TimeoutError(`the group ${this.id} did not end within ${timeout} s`);
    }
    const values: unknown[] = [];
    for await (const member of this.children()) values.push(await member.get({ propagate }));
    // What the handlers returned is known by the canvas's type alone.
    return values as R[];
  }

  /** The members' results in order, read page by page; of one whose result has expired `get` throws `NotFound`. */
  async *children(): AsyncGenerator<AsyncResult<R> | GroupResult<R>, void> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: GroupDocument = await this.#look(0, undefined, cursor);
      for (const member of page.results) yield this.#member(member);
      cursor = page.cursor;
    }
  }

  /** Whether all members have ended, in whatever way. */
  async ready(): Promise<boolean> {
    return (await this.#look(0, 1)).ready;
  }

  /** Whether all members have succeeded. */
  async successful(): Promise<boolean> {
    return (await this.#look(0, 1)).successful;
  }

  /** Whether a member has failed. */
  async failed(): Promise<boolean> {
    return (await this.#look(0, 1)).failed;
  }

  /** How many members have succeeded. */
  async completedCount(): Promise<number> {
    return (await this.#look(0, 1)).completed_count;
  }

  /** Revokes every member (Celery's `revoke`): see `AsyncResult.revoke`. Answers what became of each task. */
  async revoke(options: { terminate?: boolean } = {}): Promise<Revocation[]> {
    const revocations: Revocation[] = [];
    for await (const member of this.children()) revocations.push(...[await member.revoke(options)].flat());
    return revocations;
  }

  #look(wait: number, limit?: number, cursor?: string): Promise<GroupDocument> {
    const path = `/v1/groups/${segment(this.id)}${queryOf({ wait: wait || undefined, limit, cursor })}`;
    return this.#client.request<GroupDocument>({ method: "GET", path, waitSeconds: wait });
  }

  #member(member: GroupDocument["results"][number]): AsyncResult<R> | GroupResult<R> {
    if (member === null) return this.#client.AsyncResult<R>(GONE);
    return "task_id" in member ? this.#client.AsyncResult<R>(member.task_id, member) : new GroupResult<R>(member.group_id, this.#client);
  }
}
