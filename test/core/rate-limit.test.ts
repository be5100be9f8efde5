import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TokenBucket } from "../../src/core/rate-limit.ts";
import { fullBucket, giveBack, nextAt, readRateLimit, take } from "../../src/core/rate-limit.ts";

const NOW = 1_800_000_000_000;

describe("readRateLimit (CELERY.md 2.4)", () => {
  it.each([
    ["10/s", 10],
    ["10/m", 10 / 60],
    ["10/h", 10 / 3600],
    ["0.5/m", 0.5 / 60],
    [".5/s", 0.5],
    ["10", 10],
    [" 10", 10],
    ["1e3/m", 1000 / 60],
    [5, 5],
    [0.25, 0.25],
  ])("reads %j as %d a second", (text, perSecond) => {
    expect(readRateLimit(text)).toEqual({ perSecond });
  });

  it.each([null, undefined, "", 0, "0", "0/m"])("takes %j as no limit", (value) => {
    expect(readRateLimit(value)).toEqual({ perSecond: null });
  });

  it.each([
    "10/d",
    "10/S",
    "ten/s",
    "10/",
    "/s",
    "-1/s",
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "1e999/s",
    "1/s/s",
    true,
    [10],
    "1e-300/s",
  ])("refuses %j", (value) => {
    expect(readRateLimit(value)).toHaveProperty("fault", expect.stringContaining('expected a rate such as "10/s"'));
  });
});

/** When each task starts, if the broker looks `late(n)` milliseconds after it could. */
function starts(tasks: number, perSecond: number, late: (wake: number) => number): number[] {
  const found: number[] = [];
  let bucket = fullBucket(NOW);
  let now = NOW;
  for (let wake = 0; found.length < tasks; wake++) {
    const { taken, bucket: left } = take(bucket, tasks - found.length, perSecond, now);
    for (let each = 0; each < taken; each++) found.push(now - NOW);
    bucket = left;
    now = nextAt(bucket, perSecond, now) + late(wake);
  }
  return found;
}

describe("the token bucket", () => {
  it("lets 200 tasks at 20/s start in 10 s, evenly", () => {
    const at = starts(200, 20, () => 0);
    expect(at.slice(0, 4)).toEqual([0, 50, 100, 150]);
    expect(at.at(-1)).toBe(9_950);
  });

  it.each([1, 20, 120, 240])("keeps that within 5 % when every wake is %d ms late", (late) => {
    const last = starts(200, 20, () => late).at(-1) ?? 0;
    expect(last).toBeGreaterThan(9_500);
    expect(last).toBeLessThan(10_500);
  });

  it("spaces 10/m by six seconds: no burst of ten", () => {
    expect(starts(4, 10 / 60, () => 0)).toEqual([0, 6_000, 12_000, 18_000]);
  });

  it("is no fuller after an idle day than at first", () => {
    const idle = take(fullBucket(NOW), 1, 20, NOW).bucket;
    expect(take(idle, 100, 20, NOW + 86_400_000).taken).toBe(1);
  });

  it("makes up for a quarter second at most when the broker stood still while tasks waited", () => {
    const waiting = take(fullBucket(NOW), 100, 20, NOW).bucket;
    expect(take(waiting, 100, 20, NOW + 86_400_000).taken).toBe(6);
  });

  it("gives nothing for a clock that went back, and goes on from there", () => {
    const empty = take(fullBucket(NOW), 5, 20, NOW).bucket;
    const back = take(empty, 5, 20, NOW - 3_600_000);
    expect(back.taken).toBe(0);
    expect(nextAt(back.bucket, 20, NOW - 3_600_000)).toBe(NOW - 3_600_000 + 50);
  });

  it("follows a new rate at once", () => {
    const empty = take(fullBucket(NOW), 5, 1 / 3600, NOW).bucket;
    expect(nextAt(empty, 1 / 3600, NOW)).toBe(NOW + 3_600_000);
    expect(nextAt(empty, 10, NOW)).toBe(NOW + 100);
  });

  it("lets permits that were not used be taken by another", () => {
    const first = take({ tokens: 3, at: NOW, waiting: true }, 3, 20, NOW);
    expect(first.taken).toBe(3);
    expect(take(first.bucket, 2, 20, NOW).taken).toBe(0);
    expect(take(giveBack(first.bucket, 2, 20), 2, 20, NOW).taken).toBe(2);
    expect(take(giveBack(first.bucket, 1_000, 20), 1_000, 20, NOW).taken).toBe(6);
  });

  it("can be written down as JSON and read back", () => {
    const { bucket } = take(fullBucket(NOW), 3, 0.3, NOW + 17);
    expect(JSON.parse(JSON.stringify(bucket))).toEqual(bucket);
  });

  const rates = fc.double({ min: 1e-4, max: 5_000, noNaN: true });

  it("never exceeds the rate by more than one task and a quarter second's, in any span, however it is asked", () => {
    const asks = fc.array(fc.record({ after: fc.nat({ max: 5_000 }), wanted: fc.nat({ max: 500 }) }), { maxLength: 60 });
    fc.assert(
      fc.property(rates, asks, (perSecond, steps) => {
        let bucket: TokenBucket = fullBucket(NOW);
        let now = NOW;
        const log: { now: number; taken: number }[] = [];
        for (const { after, wanted } of steps) {
          now += after;
          const result = take(bucket, wanted, perSecond, now);
          expect(result.taken).toBeLessThanOrEqual(wanted);
          bucket = result.bucket;
          log.push({ now, taken: result.taken });
        }
        for (const [from, first] of log.entries()) {
          let sum = 0;
          for (const { now: at, taken } of log.slice(from)) {
            sum += taken;
            expect(sum).toBeLessThanOrEqual(1 + perSecond * 0.25 + ((at - first.now) * perSecond) / 1000 + 1e-3);
          }
        }
      }),
    );
  });

  it("gives a task when it said that there would be one, and none a moment earlier", () => {
    fc.assert(
      fc.property(rates, fc.nat({ max: 100_000 }), fc.integer({ min: 1, max: 50 }), (perSecond, after, wanted) => {
        const { bucket } = take(fullBucket(NOW), wanted + 1, perSecond, NOW + after);
        const next = nextAt(bucket, perSecond, NOW + after);
        expect(take(bucket, 1, perSecond, next).taken).toBe(1);
        if (next > NOW + after + 1) expect(take(bucket, 1, perSecond, next - 1).taken).toBe(0);
      }),
    );
  });
});
