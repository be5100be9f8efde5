import { type Bill, bill } from "../../src/core/prices.ts";
import { noUnits, type TaskCounts, type Units } from "../../src/core/units.ts";

/** What all shards have counted, as `GET /v1/inspect/stats` tells. */
export interface Reading {
  /** Since when they have counted; another start, other counts. */
  since: string;
  tasks: TaskCounts;
  units: Units;
}

/** Adds up the shards of a stats document. @throws Error naming what is missing */
export function readStats(text: string): Reading {
  const document: unknown = JSON.parse(text);
  const shards = field(document, "shards");
  if (!Array.isArray(shards)) throw new Error(`/v1/inspect/stats: expected "shards", got ${text.slice(0, 200)}`);
  const tasks: TaskCounts = { accepted: 0, ended: 0, expired: 0 };
  const units = noUnits();
  const since = shards.map((shard) => String(field(shard, "since"))).join();
  for (const shard of shards) {
    add(tasks, field(shard, "tasks"));
    add(units, field(shard, "units"));
  }
  return { since, tasks, units };
}

/** What was counted between two readings. @throws Error when an object was started anew in between */
export function between(before: Reading, after: Reading): Reading {
  if (before.since !== after.since) throw new Error(`the counts began anew: expected since ${before.since}, got ${after.since}`);
  return { since: before.since, tasks: subtract(after.tasks, before.tasks), units: subtract(after.units, before.units) };
}

/** Units of a span without what reading `results` results within it cost: a request to the Worker each, and what `reading` counted of the object's requests, reads and time. */
export function withoutReads(units: Units, results: number, reading: Units): Units {
  return {
    ...units,
    workerRequests: units.workerRequests - results,
    objectRequests: units.objectRequests - reading.objectRequests,
    rowsRead: units.rowsRead - reading.rowsRead,
    awakeMilliseconds: units.awakeMilliseconds - reading.awakeMilliseconds,
  };
}

/** Units of `tasks` tasks, for one. */
export function perTask(units: Units, tasks: number): Units {
  return mapped(units, (value) => value / tasks);
}

/** What a million tasks cost in dollars at list prices when `tasks` of them took these units. */
export function billPerMillion(units: Units, tasks: number): Bill {
  return mapped(bill(units), (value) => (value * 1_000_000) / tasks);
}

function add(sums: object, counts: unknown): void {
  for (const [key, value] of Object.entries(sums)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const count = field(counts, name);
    if (typeof count !== "number") throw new Error(`/v1/inspect/stats: expected a number "${name}", got ${JSON.stringify(count)}`);
    Reflect.set(sums, key, value + count);
  }
}

function subtract<T extends object>(a: T, b: T): T {
  return mapped(a, (value, key) => value - Number(Reflect.get(b, key)));
}

function mapped<T extends object>(values: T, change: (value: number, key: string) => number): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(Number(value), key)])) as T;
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
