import { describe, expect, it } from "vitest";
import type { TaskRecord } from "../../src/core/result.ts";
import { type ListSource, mergeNewest, readListCursor, writeListCursor } from "../../src/core/task-list.ts";

/** What a shard tells: tasks that were accepted at these instants, the newest first. */
function source(shard: number, instants: number[], reached: number | null = null): ListSource {
  const records = instants.map((receivedAt) => ({ id: `${shard}:${receivedAt}`, receivedAt }) as TaskRecord);
  const places = instants.map((page) => ({ page, slot: 0 }));
  return { shard, records, places, next: reached === null ? null : { page: reached, slot: -1 }, reached: reached ?? 0 };
}

describe("lists of several shards", () => {
  it("are put together newest first, and each shard goes on at the first task that is not listed", () => {
    const { records, places } = mergeNewest([source(0, [9, 5, 1]), source(1, [8, 7])], 3);
    expect(records.map(({ receivedAt }) => receivedAt)).toEqual([9, 8, 7]);
    expect(places).toEqual([[0, { page: 5, slot: 0 }]]);
  });

  it("hold back what is older than what a shard may still tell", () => {
    const { records, places } = mergeNewest([source(0, [9, 3, 2]), source(1, [8], 6)], 10);
    expect(records.map(({ receivedAt }) => receivedAt)).toEqual([9, 8]);
    expect(places).toEqual([
      [0, { page: 3, slot: 0 }],
      [1, { page: 6, slot: -1 }],
    ]);
  });

  it("go on even when nothing is listed", () => {
    const { records, places } = mergeNewest([source(0, [3]), source(1, [], 6)], 10);
    expect(records).toEqual([]);
    expect(places).toEqual([
      [0, { page: 3, slot: 0 }],
      [1, { page: 6, slot: -1 }],
    ]);
  });

  it("have a cursor that reads as it was written, and end with none", () => {
    const places: [number, { page: number; slot: number }][] = [
      [0, { page: 12, slot: 3 }],
      [7, { page: 4_000_000, slot: -1 }],
    ];
    expect(readListCursor(writeListCursor(places) ?? "", 8)).toEqual(new Map(places));
    expect(writeListCursor([])).toBeNull();
  });
});
