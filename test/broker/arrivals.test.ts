import { describe, expect, it } from "vitest";
import { Arrivals } from "../../src/broker/arrivals.ts";

function arrivalsAt(...instants: number[]): Arrivals {
  const arrivals = new Arrivals();
  for (const instant of instants) arrivals.note(instant);
  return arrivals;
}

describe("a consumer that finds nothing", () => {
  it("does not stay where work never came, or came once", () => {
    expect(arrivalsAt().stay(1_000)).toBe(0);
    expect(arrivalsAt(1_000).stay(1_001)).toBe(0);
  });

  it("stays for twice the time between arrivals and a little more", () => {
    expect(arrivalsAt(1_000, 1_100).stay(1_101)).toBe(210);
    expect(arrivalsAt(1_000, 1_001).stay(1_002)).toBe(12);
  });

  it("stays for a second at most, and not at all where work is rarer than that", () => {
    expect(arrivalsAt(1_000, 1_900).stay(1_901)).toBe(1_000);
    expect(arrivalsAt(1_000, 2_000).stay(2_001)).toBe(0);
  });

  it("does not stay once nothing has come for a second, however fast it came before", () => {
    expect(arrivalsAt(1_000, 1_001).stay(2_001)).toBe(0);
  });

  it("takes what came in one millisecond for one arrival", () => {
    expect(arrivalsAt(1_000, 1_000).stay(1_001)).toBe(0);
  });
});
