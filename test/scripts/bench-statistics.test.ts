import { describe, expect, it } from "vitest";
import { median, quantile, summarise } from "../../scripts/bench/statistics.ts";

describe("statistics of a benchmark", () => {
  it("takes the middle value, whatever the order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it("takes the mean of the two middle values of an even number", () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  it("interpolates between neighbours", () => {
    const hundredAndOne = Array.from({ length: 101 }, (_, value) => value);
    expect(quantile(hundredAndOne, 0.99)).toBeCloseTo(99);
    expect(quantile([0, 10], 0.25)).toBeCloseTo(2.5);
  });

  it("leaves the values as they were", () => {
    const values = [3, 1, 2];
    summarise(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it("tells the median, the spread and the number of runs", () => {
    expect(summarise([30, 10, 20])).toEqual({ median: 20, lowest: 10, highest: 30, runs: 3 });
  });

  it("refuses to summarise nothing", () => {
    expect(() => summarise([])).toThrow("expected at least one value");
  });
});
