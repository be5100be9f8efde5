import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { homeOf, homesOf, MOST_SHARDS, nameOfId, nameOfKey, readName, shareOf } from "../../src/core/homes.ts";

const names = fc.oneof(fc.string().map(nameOfKey), fc.uuid().map(nameOfId));
const counts = fc.integer({ min: 1, max: MOST_SHARDS });

describe("a name's homes", () => {
  it.each([
    ["", [6, 1, 0], 1],
    ["a", [36, 26, 0], 0],
    ["order-1", [16, 10, 8, 2, 0], 2],
    ["order-2", [37, 2, 1, 0], 2],
    ["Bestellung ü", [41, 7, 5, 2, 1, 0], 2],
    ["x".repeat(255), [8, 1, 0], 1],
  ])("are for ever those of the key %j", (key, among64, among4) => {
    expect(homesOf(nameOfKey(key), 64)).toEqual(among64);
    expect(homeOf(nameOfKey(key), 4)).toBe(among4);
  });

  it("are for ever those of a task id, and of one that has the form of ours the shard where it points", () => {
    expect(homesOf(nameOfId("00000000-0000-4000-8000-000000000000"), 64)).toEqual([49, 22, 15, 9, 1, 0]);
    const ours = nameOfId("0a000000-0010-8000-8000-123456789abc");
    expect([homesOf(ours, 64), homesOf(ours, 11), homesOf(ours, 10)]).toEqual([
      [10, 4, 1, 0],
      [10, 4, 1, 0],
      [4, 1, 0],
    ]);
  });

  it("are, one after another, the home it had with fewer shards, and shard 0 when it was the only one", () => {
    fc.assert(
      fc.property(names, counts, (name, shards) => {
        const earlier = Array.from({ length: shards }, (_, index) => homeOf(name, index + 1));
        expect(homesOf(name, shards)).toEqual([...new Set(earlier)].reverse());
        expect(earlier[0]).toBe(0);
      }),
    );
  });

  it("move only to a shard that is added", () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: MOST_SHARDS - 1 }), (name, shards) => {
        expect([homeOf(name, shards), shards]).toContain(homeOf(name, shards + 1));
      }),
    );
  });

  it.each([2, 4, 64])("are spread evenly over %d shards", (shards) => {
    const expected = 1_000;
    const found = new Array<number>(shards).fill(0);
    for (let number = 0; number < expected * shards; number++) {
      const home = homeOf(nameOfKey(`order-${number}`), shards);
      found[home] = (found[home] ?? 0) + 1;
    }
    // Five standard deviations.
    for (const count of found) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it("tell keys from ids", () => {
    expect([readName(nameOfKey("a")), readName(nameOfId("a"))]).toEqual([{ key: "a" }, { id: "a" }]);
  });
});

describe("a share", () => {
  it("is as equal as whole numbers are, all together the total, and 1 at least", () => {
    const shares = (total: number, shards: number) => Array.from({ length: shards }, (_, shard) => shareOf(total, shard, shards));
    expect([shares(20, 1), shares(20, 3), shares(20, 4), shares(2, 4)]).toEqual([[20], [7, 7, 6], [5, 5, 5, 5], [1, 1, 1, 1]]);
  });

  it("is that of the lowest for a shard beyond them", () => {
    expect(shareOf(20, 5, 3)).toBe(6);
  });
});
