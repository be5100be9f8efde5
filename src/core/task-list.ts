/** Lists of tasks, newest first: which are meant, and how what several shards tell is put together. */
import type { TaskRecord } from "./result.ts";

/** Which tasks are meant; what is absent is not asked. */
export interface ListFilter {
  /** Any of these states; a task may have one of its own. */
  status?: readonly string[];
  name?: string;
  queue?: string;
  /** The first task of the workflow that they belong to, itself among them. */
  rootId?: string;
  /** Accepted at this instant or later: milliseconds since 1970. */
  since?: number;
  /** Accepted before this instant. */
  until?: number;
}

/** A place in a shard's book. Newer tasks have higher pages, and higher slots in a page; a slot of -1 is the page's last. */
export interface ListPlace {
  page: number;
  slot: number;
}

/** What a shard has told. */
export interface ListSource {
  shard: number;
  records: readonly TaskRecord[];
  places: readonly ListPlace[];
  /** Where it goes on; null: it has told all. */
  next: ListPlace | null;
  /** What it has not told was accepted then or before. */
  reached: number;
}

/** What is listed now, and where each shard goes on; a shard that has told all is left out. */
export interface MergedList {
  records: TaskRecord[];
  places: [shard: number, place: ListPlace][];
}

/**
 * Puts together what shards have told, newest first, `limit` at most. What a shard has not told yet may be newer than what others have: so nothing is listed that is
 * older than the newest such instant. The rest is told again.
 */
export function mergeNewest(sources: readonly ListSource[], limit: number): MergedList {
  const floor = Math.max(...sources.map(({ next, reached }) => (next === null ? Number.NEGATIVE_INFINITY : reached)));
  const heads = sources.map((source) => ({ source, told: 0 }));
  const records: TaskRecord[] = [];
  while (records.length < limit) {
    let newest: (typeof heads)[number] | undefined;
    for (const head of heads) if (instantOf(head) > (newest === undefined ? Number.NEGATIVE_INFINITY : instantOf(newest))) newest = head;
    const record = newest?.source.records[newest.told];
    if (newest === undefined || record === undefined || record.receivedAt < floor) break;
    records.push(record);
    newest.told += 1;
  }
  const places: [number, ListPlace][] = [];
  for (const { source, told } of heads) {
    const place = source.places[told] ?? source.next;
    if (place !== null) places.push([source.shard, place]);
  }
  return { records, places };
}

function instantOf({ source, told }: { source: ListSource; told: number }): number {
  return source.records[told]?.receivedAt ?? Number.NEGATIVE_INFINITY;
}

/** A cursor for the places; null when there are none. */
export function writeListCursor(places: MergedList["places"]): string | null {
  return places.length === 0 ? null : places.map(([shard, { page, slot }]) => `${shard}.${page}.${slot + 1}`).join("_");
}

const PLACE = /^(\d{1,4})\.(\d{1,15})\.(\d{1,6})$/;

/** The places of a cursor; undefined when it is none. */
export function readListCursor(cursor: string, shards: number): Map<number, ListPlace> | undefined {
  const places = new Map<number, ListPlace>();
  for (const part of cursor.split("_", shards + 1)) {
    const [, shard, page, slot] = PLACE.exec(part) ?? [];
    if (shard === undefined || Number(shard) >= shards || places.has(Number(shard))) return undefined;
    places.set(Number(shard), { page: Number(page), slot: Number(slot) - 1 });
  }
  return places;
}
