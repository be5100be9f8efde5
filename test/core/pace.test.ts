import { describe, expect, it } from "vitest";
import { Pace } from "../../src/core/pace.ts";

const START = 1_800_000_000_000;

/** A pace at which so many tasks ended in each of so many seconds, and when that was over. */
function paced(perSecond: number, seconds: number): { pace: Pace; now: number } {
  const pace = new Pace(START);
  for (let second = 1; second <= seconds; second++) pace.note(perSecond, START + second * 1_000);
  return { pace, now: START + seconds * 1_000 };
}

describe("the pace", () => {
  it("says in how many seconds so many tasks will have ended", () => {
    const { pace, now } = paced(100, 8);
    expect(pace.secondsFor(100, now)).toBe(1);
    expect(pace.secondsFor(1_000, now)).toBe(10);
    expect(pace.secondsFor(1_001, now)).toBe(11);
  });

  it("never says less than a second, or more than a minute", () => {
    const { pace, now } = paced(1_000, 5);
    expect(pace.secondsFor(1, now)).toBe(1);
    expect(pace.secondsFor(1_000_000, now)).toBe(60);
  });

  it("follows what happened lately", () => {
    const { pace, now } = paced(10, 60);
    expect(pace.secondsFor(100, now)).toBe(10);
    for (let second = 1; second <= 25; second++) pace.note(100, now + second * 1_000);
    expect(pace.secondsFor(100, now + 25_000)).toBe(1);
  });

  it("takes the next end to be as long away as none has come", () => {
    const pace = new Pace(START);
    expect(pace.secondsFor(1, START)).toBe(1);
    expect(pace.secondsFor(1, START + 7_000)).toBe(7);
    expect(pace.secondsFor(2, START + 7_000)).toBe(14);
    expect(pace.secondsFor(1, START + 3_600_000)).toBe(60);
  });

  it("is not troubled by a clock that is set back", () => {
    const { pace } = paced(10, 5);
    expect(pace.secondsFor(10, START - 60_000)).toBe(1);
  });
});
