/**
 * What revoking does (Celery's `revoke`, `revoke_by_stamped_headers`, `terminate`, and our revoke by filter): to one task by what it is doing, and
 * which tasks are meant. Times are milliseconds since 1970.
 */
import type { StoredOutcome } from "./outcomes.ts";
import type { State } from "./state.ts";
import { isFinal } from "./state.ts";

/** Why a task is REVOKED: the message of its `TaskRevokedError`. */
export type RevokedBecause = "revoked" | "terminated" | "expired" | "purged";

/** How a task ends that is revoked at `doneAt`; `by`: the consumer that ran it until then, and since when. */
export function revokedOutcome(because: RevokedBecause, doneAt: number, by?: { worker: string; startedAt: number }): StoredOutcome {
  const result = JSON.stringify({ exc_type: "TaskRevokedError", exc_message: [because], exc_module: "celery.exceptions" });
  return { state: "REVOKED", result, traceback: null, worker: by?.worker ?? null, startedAt: by?.startedAt ?? null, doneAt };
}

/** What a task is doing, as the broker sees it. */
export interface Standing {
  state: State;
  /** A consumer holds it under a lease, whether it shows STARTED or not. */
  leased: boolean;
  /** It was revoked while it ran, without `terminate`. */
  flagged: boolean;
}

/**
 * What a revoke does to a task.
 * - `end`: it waits (for its turn, its eta, its retry): it ends as REVOKED now.
 * - `flag`: it runs: it goes on, but is not run again; its outcome counts.
 * - `end_and_abort`: it runs and is to be terminated: it ends as REVOKED now, its handler's signal is aborted, and whatever it reports is late.
 * - `nothing`: it has ended, or is flagged already.
 */
export type RevokeEffect = { do: "end" | "end_and_abort"; because: RevokedBecause } | { do: "flag" | "nothing" };

/** Decides what a revoke does to one task. */
export function revoke({ state, leased, flagged }: Standing, { terminate }: { terminate: boolean }): RevokeEffect {
  if (isFinal(state)) return { do: "nothing" };
  if (!leased) return { do: "end", because: "revoked" };
  if (terminate) return { do: "end_and_abort", because: "terminated" };
  return { do: flagged ? "nothing" : "flag" };
}

/** How an attempt of a flagged task may come to its end. */
export type FlaggedEvent = "succeeded" | "failed" | "retry" | "requeue" | "lease_lost";

/** Whether a flagged task ends as REVOKED, or as its attempt did: it is never run again. */
export function afterFlag(event: FlaggedEvent): "as_reported" | "revoked" {
  return event === "succeeded" || event === "failed" ? "as_reported" : "revoked";
}

/** Tells whether a task may no longer be started: Celery starts it up to the very instant. */
export function isExpired(expires: number | null | undefined, now: number): boolean {
  return expires !== null && expires !== undefined && now > expires;
}

/** What a filter can ask of a task. */
export interface Filterable {
  state: State;
  name: string;
  queue: string;
  /** When it was accepted. */
  receivedAt: number;
  stamps?: Stamps;
}

/** Which tasks are meant; what is absent is not asked. An empty filter means all. */
export interface TaskFilter {
  status?: readonly State[];
  name?: string;
  queue?: string;
  /** Accepted at this instant or later. */
  since?: number;
  /** Accepted before this instant. */
  until?: number;
  stamps?: StampedHeaders;
}

/** Tells whether a filter means a task. */
export function matchesFilter(filter: TaskFilter, task: Filterable): boolean {
  if (filter.status !== undefined && !filter.status.includes(task.state)) return false;
  if (filter.name !== undefined && filter.name !== task.name) return false;
  if (filter.queue !== undefined && filter.queue !== task.queue) return false;
  if (filter.since !== undefined && task.receivedAt < filter.since) return false;
  if (filter.until !== undefined && task.receivedAt >= filter.until) return false;
  return filter.stamps === undefined || matchesStamps(filter.stamps, task.stamps);
}

/** The stamps of a task: each header's value, or its values. */
export type Stamps = Readonly<Record<string, unknown>>;

/** Headers and the values of them that are meant: one, or any of several. */
export type StampedHeaders = Readonly<Record<string, unknown>>;

/**
 * Tells whether a task bears one of the stamps: any header of `headers` whose values, on both sides one or a list, have one in common. Values are
 * compared as JSON.
 */
export function matchesStamps(headers: StampedHeaders, stamps: Stamps | undefined): boolean {
  if (stamps === undefined) return false;
  return Object.entries(headers).some(([header, wanted]) => {
    if (!Object.hasOwn(stamps, header)) return false;
    const borne = new Set(valuesOf(stamps[header]));
    return valuesOf(wanted).some((value) => borne.has(value));
  });
}

/** Revoked stamps that stand, for tasks that come after: by header, each value with the instant until which it stands. Plain data. */
export type StandingStamps = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How long a revoked stamp stands, as in Celery (`CELERY_WORKER_REVOKE_EXPIRES`): three hours. */
export const STAMP_STANDS = 10_800_000;
/** About how many characters they may take together, for they are one row; the ones that end first go. (Celery counts: `CELERY_WORKER_REVOKES_MAX`, 50,000.) */
const MOST_CHARACTERS = 500_000;
/** What a stamp takes beside its header and its value. */
const STAMP_CHARACTERS = 30;

/** Adds revoked stamps to those that stand, and drops those that stand no more. */
export function standStamps(standing: StandingStamps, headers: StampedHeaders, now: number): StandingStamps {
  const kept = Object.entries(standing).flatMap(([header, values]) =>
    Object.entries(values).map(([value, until]) => ({ header, value, until })),
  );
  const added = Object.entries(headers).flatMap(([header, values]) =>
    valuesOf(values).map((value) => ({ header, value, until: now + STAMP_STANDS })),
  );
  const all = [...kept.filter(({ until }) => until > now), ...added].sort((a, b) => b.until - a.until);
  let characters = 0;
  const fitting = all.filter(({ header, value }) => {
    characters += header.length + value.length + STAMP_CHARACTERS;
    return characters <= MOST_CHARACTERS;
  });
  // Of a stamp that is there twice the last one counts: the one that stands longer.
  const made = [...Map.groupBy(fitting.reverse(), ({ header }) => header)];
  return Object.fromEntries(made.map(([header, values]) => [header, Object.fromEntries(values.map(({ value, until }) => [value, until]))]));
}

/** Tells whether a task that comes now bears a revoked stamp that stands. */
export function isStampRevoked(standing: StandingStamps, stamps: Stamps | undefined, now: number): boolean {
  return Object.entries(stamps ?? {}).some(([header, values]) => {
    const revoked = Object.hasOwn(standing, header) ? standing[header] : undefined;
    return revoked !== undefined && valuesOf(values).some((value) => Object.hasOwn(revoked, value) && (revoked[value] ?? 0) > now);
  });
}

function valuesOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((each) => JSON.stringify(each) ?? "null");
}
