import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstPriority, goesOnUntil, rankOf } from "../../src/core/ageing.ts";

const MINUTE = 60_000;
/** Ten lines of which some have a head: when it was ready. */
const headsOf = (found: Record<number, number>) => Array.from({ length: 10 }, (_, priority) => found[priority]);

describe("priorities with ageing", () => {
  it("go by priority among tasks that came together", () => {
    expect(firstPriority(headsOf({ 0: 0, 3: 0, 9: 0 }), 60)).toBe(9);
    expect(firstPriority(headsOf({ 0: 0, 3: 0 }), 60)).toBe(3);
    expect(firstPriority(headsOf({}), 60)).toBeUndefined();
  });

  it("let a task of priority 0 that has waited nine steps longer go before a 9", () => {
    expect(firstPriority(headsOf({ 0: 0, 9: 9 * MINUTE }), 60)).toBe(9);
    expect(firstPriority(headsOf({ 0: 0, 9: 9 * MINUTE + 1 }), 60)).toBe(0);
    expect(firstPriority(headsOf({ 4: 0, 5: MINUTE + 1 }), 60)).toBe(4);
  });

  it("are strict without a step", () => {
    expect(firstPriority(headsOf({ 0: 0, 9: 1e12 }), null)).toBe(9);
    expect(goesOnUntil(headsOf({ 0: 0, 9: 1e12 }), 9, null)).toBe(Number.POSITIVE_INFINITY);
    expect(goesOnUntil(headsOf({ 0: 0, 9: 1e12 }), 0, null)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("say how long a line may go on before another comes first", () => {
    expect(goesOnUntil(headsOf({ 0: 0, 9: 5 }), 9, 60)).toBe(9 * MINUTE);
    expect(goesOnUntil(headsOf({ 0: 0, 9: 10 * MINUTE }), 0, 60)).toBe(MINUTE - 1);
    expect(goesOnUntil(headsOf({ 5: 3 }), 5, 60)).toBe(Number.POSITIVE_INFINITY);
  });

  const heads = fc.array(fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined }), { minLength: 10, maxLength: 10 });
  const step = fc.option(fc.integer({ min: 1, max: 100 }));

  it("let a line go on exactly as long as its next task would come first", () => {
    fc.assert(
      fc.property(heads, step, fc.nat({ max: 1_000_000 }), (found, seconds, later) => {
        const first = firstPriority(found, seconds);
        const head = first === undefined ? undefined : found[first];
        if (first === undefined || head === undefined) return;
        const next = found.with(first, head + later);
        expect(head).toBeLessThanOrEqual(goesOnUntil(found, first, seconds));
        expect(head + later <= goesOnUntil(found, first, seconds)).toBe(firstPriority(next, seconds) === first);
      }),
    );
  });

  it("starve nobody: whatever comes a priority's steps later goes later", () => {
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat(), fc.integer({ min: 1 }), (low, high, since, more) => {
        const steps = Math.max(0, high - low);
        expect(rankOf(low, since, 60)).toBeLessThan(rankOf(high, since + steps * MINUTE + more, 60));
      }),
    );
  });
});
