import { describe, expect, it } from "vitest";
import { readSearch, type Search } from "../../../src/core/flower-search.ts";
import type { TaskRecord } from "../../../src/core/result.ts";
import { type FlowerListQuery, flowerList } from "../../../src/core/wire/flower-list.ts";
import { NOW, recordOf } from "../../http/setup.ts";

const record = (id: string, name: string, changes: Partial<TaskRecord> = {}) =>
  recordOf({ id, line: JSON.stringify({ task: name, kwargs: { tenant: "ACME" } }), ...changes });

function searchOf(text: string): Search {
  const read = readSearch(text);
  if ("error" in read) throw new Error(read.error);
  return read.search;
}

/** The ids of a list, in the order in which they stand in its text. */
function ids(records: readonly TaskRecord[], query: Partial<Omit<FlowerListQuery, "search">> & { search?: string } = {}): string[] {
  const text = flowerList(records, { offset: 0, ...query, search: searchOf(query.search ?? "") });
  JSON.parse(text);
  return [...text.matchAll(/"uuid":"([^"]*)"/g)].map(([, id]) => id ?? "");
}

const FOUR = [record("123", "task1"), record("456", "task2"), record("789", "task3"), record("666", "task4")];
const byName = { sortBy: { field: "name", descending: false } } as const;

describe("Flower's list of tasks (FLOWER.md 5.2)", () => {
  it("T15 keeps its order though ids look like numbers, and counts limit and offset in it", () => {
    expect(ids(FOUR, { ...byName, limit: 4 })).toEqual(["123", "456", "789", "666"]);
    expect(ids(FOUR, { ...byName, limit: 4, offset: 1 })).toEqual(["456", "789", "666"]);
    expect(ids(FOUR, { ...byName, limit: 4, offset: -1 })).toEqual(["123", "456", "789", "666"]);
    expect(ids(FOUR, { ...byName, limit: 2, offset: 1 })).toEqual(["456", "789"]);
    expect(ids(FOUR, { ...byName, sortBy: { field: "name", descending: true } })).toEqual(["666", "789", "456", "123"]);
    expect([ids(FOUR, { limit: 0 }), ids(FOUR, { limit: -1 })]).toEqual([[], []]);
  });

  it("T15 searches", () => {
    expect(ids(FOUR, { ...byName, search: "task" })).toHaveLength(4);
    expect(ids(FOUR, { search: "task1" })).toEqual(["123"]);
    expect(ids(FOUR, { search: "kwargs:tenant=acme", ...byName })).toHaveLength(4);
    expect(ids(FOUR, { search: "kwargs:tenant=acm" })).toEqual([]);
  });

  it("shows the newest event first where it is not told otherwise", () => {
    const late = record("1", "a", { doneAt: NOW + 99 });
    const waits = record("2", "b", { state: "PENDING", startedAt: null, doneAt: null, worker: null });
    expect(ids([waits, FOUR[0] ?? late, late])).toEqual(["1", "123", "2"]);
    expect(ids([waits, late], { sortBy: { field: "started", descending: false } })).toEqual(["2", "1"]);
  });

  it("filters by name, state in any case, worker and the time of its coming; what no worker took has none", () => {
    const waits = record("2", "task1", { state: "PENDING", startedAt: null, doneAt: null, worker: null, receivedAt: NOW - 60_000 });
    const all = [...FOUR, waits];
    expect(ids(all, { name: "task1" })).toEqual(["123", "2"]);
    expect(ids(all, { state: "pending" })).toEqual(["2"]);
    expect(ids(all, { worker: "celeriac@edge" })).toHaveLength(4);
    expect(ids(all, { worker: "other@host" })).toEqual([]);
    expect(ids(all, { receivedFrom: NOW })).toHaveLength(4);
    expect(ids(all, { receivedUntil: NOW - 1 })).toEqual(["2"]);
    const shown = JSON.parse(flowerList(all, { offset: 0, search: searchOf("") }));
    expect(["worker" in shown["2"], shown["123"].worker, shown["2"].state]).toEqual([false, "celeriac@edge", "PENDING"]);
  });
});
