import type { GroupMember, GroupPart } from "../../core/canvas/canvas-answers.ts";
import { CeleriacError, NotFound, ResultExpired, TimeoutError } from "../../core/errors.ts";
import { isFinal } from "../../core/state.ts";
import type { GetOptions } from "../async-result.ts";
import type { ResultLike } from "../result-like.ts";
import type { Revocation } from "../transport.ts";
import type { CanvasConnection } from "./canvas-connection.ts";
import { StepResult } from "./step-result.ts";

/** The longest that one question to the broker waits, and the shortest between two while members are waited for one by one: milliseconds. */
const LONGEST_WAIT = 20_000;
const SHORTEST_WAIT = 50;
const LONGEST_BREATH = 1_000;
/** So many members are asked for at once. */
const PAGE = 1_000;

/** A member's result: a task's, or that of a group which stands last in it. */
export type MemberResult = StepResult | GroupResult;

/**
 * Celery's `GroupResult`: the way to the results of a group's members. `R` is the list of what they return, in order. Nothing is read until asked for; a group of any size is
 * read in parts. The broker knows each group by its id, for as long as the results of its members are kept: there is nothing to be done to save it.
 */
export class GroupResult<R = unknown[]> implements ResultLike {
  /** The group's id. */
  readonly id: string;
  readonly parent: ResultLike | null;
  readonly #connection: CanvasConnection;

  /** Users get one from `signature.delay()` or `app.GroupResult(id)`. */
  constructor(id: string, connection: CanvasConnection, parent: ResultLike | null = null) {
    this.id = id;
    this.parent = parent;
    this.#connection = connection;
  }

  /**
   * Waits until all members have ended and answers what they returned, in order. Throws the error of the first member that did not succeed; with `propagate: false` errors stand
   * in the places of their members. Throws `TimeoutError` when `timeout` seconds are over (they go on), `NotFound` and `ResultExpired`.
   */
  async get(options: GetOptions = {}): Promise<R> {
    await this.#wait(options.timeout);
    if (options.propagate !== false) await this.maybeThrow();
    const values: unknown[] = [];
    for await (const member of this.children()) values.push(await settle(member));
    // What the handlers returned is known by the canvas's type alone.
    return values as R;
  }

  /** Celery's other name for `get`. */
  join(options: GetOptions = {}): Promise<R> {
    return this.get(options);
  }

  /** The members' results, in order. */
  async *children(): AsyncGenerator<MemberResult, void> {
    for await (const { result } of this.#members()) yield result;
  }

  /** The members' results, in order, as an array (Celery's `results`). */
  async results(): Promise<MemberResult[]> {
    const results: MemberResult[] = [];
    for await (const child of this.children()) results.push(child);
    return results;
  }

  /** The members' results as they end, in whatever way, the first one first (Celery's `iter_native`). */
  async *[Symbol.asyncIterator](): AsyncGenerator<MemberResult, void> {
    const told = new Set<string>();
    for (let breath = SHORTEST_WAIT; ; breath = Math.min(LONGEST_BREATH, breath * 2)) {
      let left = 0;
      for await (const { result, ended } of this.#members()) {
        if (told.has(result.id)) continue;
        if (ended || (result instanceof GroupResult && (await result.ready()))) {
          told.add(result.id);
          yield result;
        } else left += 1;
      }
      if (left === 0) return;
      await this.#look({ waitMilliseconds: breath, limit: 1 });
    }
  }

  /** Whether all members have ended, in whatever way. */
  async ready(): Promise<boolean> {
    return (await this.#look()).ready;
  }

  /** Whether all members have succeeded. */
  async successful(): Promise<boolean> {
    const { successful, count } = await this.#look();
    return successful === count;
  }

  /** Whether a member has failed. */
  async failed(): Promise<boolean> {
    return (await this.#look()).failed > 0;
  }

  /** Whether members have yet to end. */
  async waiting(): Promise<boolean> {
    return !(await this.ready());
  }

  /** How many members have succeeded. */
  async completedCount(): Promise<number> {
    return (await this.#look()).successful;
  }

  /** How many members there are. */
  async count(): Promise<number> {
    return (await this.#look()).count;
  }

  /** Throws the error of the first member that has ended and did not succeed, if there is one (Celery's `maybe_throw`). */
  async maybeThrow(): Promise<void> {
    const { completed, successful } = await this.#look();
    if (completed === successful) return;
    for await (const { result, ended } of this.#members()) {
      if (result instanceof GroupResult) await result.maybeThrow();
      else if (ended) await result.get();
    }
  }

  /** Revokes every member: see `AsyncResult.revoke`. Answers what became of each task. */
  async revoke(options: { terminate?: boolean } = {}): Promise<Revocation[]> {
    const revocations: Revocation[] = [];
    const { transport } = this.#connection.get();
    let ids: string[] = [];
    const flush = async () => {
      if (ids.length > 0) revocations.push(...(await transport.revoke(ids, options)));
      ids = [];
    };
    for await (const member of this.children()) {
      if (member instanceof GroupResult) revocations.push(...(await member.revoke(options)));
      else if (ids.push(member.id) === PAGE) await flush();
    }
    await flush();
    return revocations;
  }

  /** Takes the results of all members away. @throws CeleriacError ("unfinished") while one has not ended */
  async forget(): Promise<void> {
    for (const member of await this.results()) await member.forget();
  }

  /** Celery's `save`: there is nothing to do, for the broker keeps every group. It is looked for, so an id of none is told at once. */
  async save(): Promise<this> {
    await this.#look();
    return this;
  }

  /** As Celery writes a result (`as_tuple`): its id and the way back, and no members, for they are found by its id. */
  toJSON(): unknown {
    return [[this.id, this.parent], null];
  }

  async #wait(timeout: number | undefined): Promise<void> {
    if (timeout !== undefined && !(Number.isFinite(timeout) && timeout >= 0)) {
      throw new CeleriacError("bad_option", `timeout: expected a number of seconds, 0 or more, got ${String(timeout)}`);
    }
    const { clock } = this.#connection.get();
    const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeout * 1000;
    for (;;) {
      const waitMilliseconds = Math.min(LONGEST_WAIT, Math.max(0, deadline - clock.now()));
      const { ready, completed, count } = await this.#look({ waitMilliseconds, limit: 1 });
      if (ready) return;
      if (clock.now() >= deadline)
        throw new TimeoutError(`the group ${this.id} did not end within ${timeout} s; ${completed} of its ${count} members have`);
    }
  }

  async *#members(): AsyncGenerator<{ result: MemberResult; ended: boolean }, void> {
    for (let cursor: string | null | undefined = null; cursor !== undefined; ) {
      const part: GroupPart = await this.#look({ cursor, limit: PAGE });
      for (const member of part.members) yield this.#read(member);
      cursor = part.cursor ?? undefined;
    }
  }

  #read(member: GroupMember): { result: MemberResult; ended: boolean } {
    if (member === null)
      throw new ResultExpired(`a member of the group ${this.id} is gone: results are kept for \`result_expires\` seconds`);
    if ("groupId" in member) return { result: new GroupResult(member.groupId, this.#connection), ended: false };
    const { task } = member;
    return { result: new StepResult(task.id, this.#connection, null, task), ended: isFinal(task.state) };
  }

  async #look(asked: { waitMilliseconds?: number; cursor?: string | null; limit?: number } = {}): Promise<GroupPart> {
    const { transport } = this.#connection.get();
    const part = await transport.group({ id: this.id, waitMilliseconds: 0, cursor: null, limit: 1, ...asked });
    if (part.found) return part;
    if (part.why === "unknown") throw new NotFound(`no group was ever given the id ${this.id}`);
    throw new ResultExpired(`the results of the group ${this.id} are gone: they are kept for \`result_expires\` seconds`);
  }
}

/** The error of a member stands in its place. */
function settle(member: MemberResult): Promise<unknown> {
  return member.get({ propagate: false });
}
