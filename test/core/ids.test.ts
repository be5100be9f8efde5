import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sealWith } from "../../src/broker/seal.ts";
import { addressOf, idAt, idsOf, isUuid, MAX_SHARDS, MAX_SLOTS } from "../../src/core/ids.ts";

const seal = sealWith("000102030405060708090a0b0c0d0e0f");
const addresses = fc.record({
  shard: fc.nat(MAX_SHARDS - 1),
  page: fc.integer({ min: 1, max: 2 ** 36 - 1 }),
  slot: fc.nat(MAX_SLOTS - 1),
});
const tagOf = (id: string) => id.slice(20).replace("-", "");

describe("an id", () => {
  it("has the shape of a UUID of version 8", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(idAt(seal, address)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it("tells its address again", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(addressOf(idAt(seal, address))).toEqual(address);
      }),
    );
  });

  it("is the same alone and in a run of neighbours, from odd and even slots", () => {
    const whole = idsOf(seal, 3, 70_000, 0, 40);
    for (const from of [0, 1, 2, 7, 38]) expect(idsOf(seal, 3, 70_000, from, 2)).toEqual(whole.slice(from, from + 2));
    expect(new Set(whole).size).toBe(40);
  });

  it("carries a tag of 60 bits that nothing of its neighbours tells: half the bits differ", () => {
    const ids = [...idsOf(seal, 0, 9, 0, 200), ...idsOf(seal, 0, 10, 0, 200)];
    const distances = ids.slice(1).map((id, index) => bitsApart(tagOf(id), tagOf(ids[index] ?? "")));
    const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
    expect(Math.abs(mean - 30)).toBeLessThan(2);
    expect(Math.min(...distances)).toBeGreaterThan(8);
  });

  it("has another tag under another key", () => {
    const other = sealWith("ffffffffffffffffffffffffffffffff");
    expect(tagOf(idAt(other, { shard: 0, page: 1, slot: 0 }))).not.toBe(tagOf(idAt(seal, { shard: 0, page: 1, slot: 0 })));
  });
});

describe("addressOf", () => {
  it("finds no address in what is not of this form", () => {
    const id = idAt(seal, { shard: 1, page: 2, slot: 3 });
    const others = [
      "",
      "x",
      id.toUpperCase(),
      ` ${id}`,
      `${id}0`,
      id.replaceAll("-", ""),
      crypto.randomUUID(),
      `${id.slice(0, 12)}1${id.slice(13)}`,
    ];
    for (const other of others) expect(addressOf(other)).toBeUndefined();
    expect(addressOf(`${id.slice(0, 19)}c${id.slice(20)}`)).toBeUndefined();
  });

  it("never throws, whatever it is handed", () => {
    fc.assert(fc.property(fc.string(), (text) => addressOf(text) === undefined));
  });
});

describe("isUuid", () => {
  it("takes any version in lower case", () => {
    expect([crypto.randomUUID(), "00000000-0000-0000-0000-000000000000"].map(isUuid)).toEqual([true, true]);
    expect(["ABCDEF00-0000-4000-8000-000000000000", "00000000000000000000000000000000"].map(isUuid)).toEqual([false, false]);
  });
});

function bitsApart(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll("0", "").length;
}
