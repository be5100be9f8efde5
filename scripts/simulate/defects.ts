import { AlarmClock } from "../../src/broker/alarm-clock.ts";
import { Backlog } from "../../src/broker/backlog.ts";
import { Bells } from "../../src/broker/bells.ts";
import { Dispatch } from "../../src/broker/dispatch.ts";
import { Homes } from "../../src/broker/homes.ts";
import { Lane } from "../../src/broker/lane.ts";
import { Lease } from "../../src/broker/lease.ts";
import { Limit } from "../../src/broker/limit.ts";
import { NameFinder } from "../../src/broker/name-finder.ts";
import { Repeats } from "../../src/broker/nonces.ts";
import { Notes } from "../../src/broker/notes.ts";
import { OpenPage } from "../../src/broker/open-page.ts";
import { Queue } from "../../src/broker/queue.ts";
import { Recount } from "../../src/broker/recount.ts";
import { LateStore } from "../../src/broker/store/late.ts";
import { LeaseStore } from "../../src/broker/store/leases.ts";
import { LoanStore } from "../../src/broker/store/loans.ts";
import { MetaStore } from "../../src/broker/store/meta.ts";
import { NameStore } from "../../src/broker/store/names.ts";
import { NoteStore } from "../../src/broker/store/notes.ts";
import { OutcomeStore } from "../../src/broker/store/outcomes.ts";
import { PageStore } from "../../src/broker/store/pages.ts";
import { CANVAS_DEFECTS } from "./canvas-defects.ts";
import { type Defect, replace } from "./defect.ts";
import type { HistoryOptions } from "./history.ts";

/** So late that no bell is ever too old. */
const NEVER = 9e15;
let requests = 0;

/**
 * Defects that could have been made in the product, to show that the simulation finds them. Each takes the place of a method
 * while it is switched on; the product knows nothing of them.
 */
export const DEFECTS: Record<string, Defect> = {
  "lease not stored": () => replace(LeaseStore.prototype, "put", () => () => {}),
  "lease not noted in its page": () => replace(PageStore.prototype, "hold", () => () => {}),
  "no fence: outcomes of lost leases count": () => replace(Queue.prototype, "absolve", () => () => true),
  "outcome applied twice": () =>
    replace(
      Lease.prototype,
      "release",
      (release) =>
        function (this: Lease, page, slot, attempt) {
          release.call(this, page, slot, attempt);
          return true;
        },
    ),
  "outcomes not stored": () => replace(OutcomeStore.prototype, "put", () => () => {}),
  "bell never rung again": () =>
    replace(
      Bells.prototype,
      "ring",
      (ring) =>
        function (this: Bells, lane) {
          ring.call(this, lane, NEVER);
          return Number.POSITIVE_INFINITY;
        },
    ),
  "alarm not armed": () => replace(AlarmClock.prototype, "arm", () => () => {}),
  "nonce of a submit ignored": () => replace(Repeats.prototype, "include", () => () => false),
  "nonce of a claim ignored": () =>
    replace(
      Dispatch.prototype,
      "claim",
      (claim) =>
        function (this: Dispatch, request, now) {
          return claim.call(this, { ...request, nonce: `${request.nonce}-${++requests}` }, now);
        },
    ),
  "nonce of a report ignored": () =>
    replace(
      Dispatch.prototype,
      "report",
      (report) =>
        function (this: Dispatch, request, now) {
          return report.call(this, { ...request, nonce: `${request.nonce}-${++requests}` }, now);
        },
    ),
  "lapse never runs": () => {
    const restore = replace(Dispatch.prototype, "lapse", () => () => {});
    const restoreNext = replace(Dispatch.prototype, "nextLapse", () => () => Number.POSITIVE_INFINITY);
    return () => {
      restore();
      restoreNext();
    };
  },
  "lease ends with the object": () =>
    replace(
      LeaseStore.prototype,
      "all",
      (all) =>
        function (this: LeaseStore) {
          for (const { id } of all.call(this)) this.delete(id);
          return [];
        },
    ),
  "recovered lease runs out at once": () =>
    replace(Lease, "read", (read) => (id, _until, state, holdings) => read.call(Lease, id, 0, state, holdings)),
  "retry not written down": () =>
    replace(
      NoteStore.prototype,
      "put",
      (put) =>
        function (this: NoteStore, page, slot, note, texts) {
          if (note.waits !== "again") put.call(this, page, slot, note, texts);
        },
    ),
  "retry applied twice": () =>
    replace(
      Lane.prototype,
      "addAgain",
      (addAgain) =>
        function (this: Lane, ...placed) {
          addAgain.apply(this, placed);
          addAgain.apply(this, placed);
        },
    ),
  "retried task granted at once": () =>
    replace(
      OpenPage.prototype,
      "due",
      () =>
        function (this: OpenPage, slot) {
          return this.row.head.due?.[slot];
        },
    ),
  "retry with the first arguments": () => replace(NoteStore.prototype, "line", () => () => undefined),
  "page of far retries not moved": () => replace(PageStore.prototype, "move", () => () => {}),
  "attempts forgotten at a reset": () => replace(NoteStore.prototype, "all", () => () => []),
  "expiry deletes unfinished pages": () =>
    replace(
      PageStore.prototype,
      "after",
      (after) =>
        function* (this: PageStore, id) {
          for (const page of after.call(this, id)) yield { ...page, due: null, done: page.done ?? page.created };
        },
    ),
  "late pages forgotten": () => replace(LateStore.prototype, "put", () => () => {}),
  "expires ignored": () => replace(OpenPage.prototype, "expires", () => () => undefined),
  "eta ignored": () => replace(OpenPage.prototype, "due", () => () => undefined),
  "idempotency key not stored": () => replace(NameStore.prototype, "putKey", () => () => {}),
  "alias outlives its page": () => replace(NameStore.prototype, "deleteAlias", () => () => {}),
  "full backlog refuses nothing": () => replace(Backlog.prototype, "refuse", () => () => undefined),
  "ended tasks stay in the backlog": () => replace(Backlog.prototype, "end", () => () => {}),
  "recount does not hear what changes": () => replace(Recount.prototype, "note", () => () => {}),
  "claim beyond its window": () =>
    replace(
      Queue.prototype,
      "takeReady",
      (takeReady) =>
        function (this: Queue, room, now) {
          return takeReady.call(this, { ...room, slots: 2 * room.slots }, now);
        },
    ),
  "tasks start without a token": () => replace(Limit.prototype, "start", () => () => {}),
  "what leases hold takes no place": () => replace(Queue.prototype, "occupy", () => () => {}),
  "tokens taken are forgotten at a reset": () => forget((key) => key.startsWith("limit ")),
  "pauses are forgotten at a reset": () => forget((key) => key === "paused"),
  "lost leases stay in their window": () => replace(Lease.prototype, "end", () => () => {}),
  "revoked slots stay in line": () => replace(OpenPage.prototype, "isGone", () => () => false),
  "a flag is not written down": () =>
    replace(
      Notes.prototype,
      "flag",
      () =>
        function (this: Notes, page, slot, attempt) {
          page.keepNote(slot, { ...page.note(slot), attempts: attempt, lostAlone: 0, flagged: true });
        },
    ),
  "terminated tasks stay held": () => replace(Lease.prototype, "abort", () => () => {}),
  "page numbers given again after a reset": () =>
    replace(
      MetaStore.prototype,
      "set",
      (set) =>
        function (this: MetaStore, key, value) {
          if (key !== "pages") set.call(this, key, value);
        },
    ),
  "names decided wherever their submit goes": () =>
    replace(
      NameFinder.prototype,
      "direct",
      (direct) =>
        function (this: NameFinder, names) {
          const home = direct.call(this, names);
          const shards = home?.facts.shards ?? 1;
          return home && { ...home, shard: (home.shard + ++requests) % shards };
        },
    ),
  "names decided at the home of the first": () =>
    replace(
      NameFinder.prototype,
      "find",
      (find) =>
        async function (this: NameFinder, names) {
          const home = this.direct(names.slice(0, 1));
          return home === undefined ? find.call(this, names) : { ...home, facts: { ...home.facts, asked: true } };
        },
    ),
  "former homes not asked": () =>
    replace(
      Homes.prototype,
      "decides",
      (decides) =>
        function (this: Homes, name, facts, now) {
          return decides.call(this, name, facts && { ...facts, asked: true }, now);
        },
    ),
  "loans not stored": () => replace(LoanStore.prototype, "put", () => () => {}),
  "any shard decides any name": () => replace(Homes.prototype, "decides", () => () => true),
  "loans never end": () => replace(LoanStore.prototype, "over", () => () => []),
  "former homes do not learn that they are": () =>
    replace(
      Homes.prototype,
      "answer",
      (answer) =>
        function (this: Homes, request, now) {
          return answer.call(this, { ...request, shards: Math.min(request.shards, this.known.shards) }, now);
        },
    ),
  ...CANVAS_DEFECTS,
};

/** Defects of what the product stands on. */
export const PLATFORM_DEFECTS: Record<string, HistoryOptions> = {
  "answers before they are durable": { ungated: true },
};

/** The names of all defects. */
export const DEFECT_NAMES: readonly string[] = [...Object.keys(DEFECTS), ...Object.keys(PLATFORM_DEFECTS)];

/** Runs `work` with a defect switched on; throws RangeError for a name that is none. */
export async function withDefect<T>(name: string, work: (options: HistoryOptions) => Promise<T>): Promise<T> {
  const options = PLATFORM_DEFECTS[name];
  const spoil = DEFECTS[name];
  if (options === undefined && spoil === undefined) {
    throw new RangeError(`no defect is named "${name}"; there are: ${DEFECT_NAMES.join("; ")}`);
  }
  const restore = spoil?.();
  try {
    return await work(options ?? {});
  } finally {
    restore?.();
  }
}

/** Has rows of the object's own read as if they had not been written. */
function forget(isForgotten: (key: string) => boolean): () => void {
  return replace(
    MetaStore.prototype,
    "get",
    (get) =>
      function (this: MetaStore, key) {
        return isForgotten(key) ? undefined : get.call(this, key);
      },
  );
}
