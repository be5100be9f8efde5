import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recent } from "../../src/core/recent.ts";

describe("what was set lately", () => {
  it("is kept within the budget, and half of the budget's worth of the latest in any case", () => {
    const steps = fc.array(fc.record({ key: fc.nat(30), value: fc.integer({ min: 1, max: 20 }), gone: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (steps) => {
        const recent = new Recent<number, number>(100, (value) => value);
        let latest: { key: number; value: number }[] = [];
        for (const { key, value, gone } of steps) {
          latest = latest.filter((one) => one.key !== key);
          if (gone) {
            recent.delete(key);
            expect(recent.get(key)).toBeUndefined();
            continue;
          }
          recent.set(key, value);
          latest.unshift({ key, value });
          expect(weightOf(recent)).toBeLessThanOrEqual(100);
          let room = 50 - 20;
          for (const one of latest) {
            room -= one.value;
            if (room >= 0) expect(recent.get(one.key)).toBe(one.value);
          }
        }
      }),
    );
  });

  it("is kept if it alone is more than the budget, until the next comes", () => {
    const recent = new Recent<string, string>(10, ({ length }) => length);
    recent.set("large", "x".repeat(1_000));
    expect(recent.get("large")).toHaveLength(1_000);
    for (const key of ["a", "b", "c", "d"]) recent.set(key, "xxx");
    expect(recent.get("large")).toBeUndefined();
    expect(recent.get("d")).toBe("xxx");
  });

  it("is the value that was set last for a key", () => {
    const recent = new Recent<string, number>(4);
    for (let turn = 0; turn < 20; turn++) {
      recent.set("same", turn);
      recent.set(`other ${turn}`, 0);
      expect(recent.get("same")).toBe(turn);
    }
    expect(recent.size).toBeLessThanOrEqual(4);
  });
});

function weightOf(recent: Recent<number, number>): number {
  let weight = 0;
  for (let key = 0; key <= 30; key++) weight += recent.get(key) ?? 0;
  return weight;
}
