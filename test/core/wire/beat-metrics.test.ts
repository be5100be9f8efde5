import { describe, expect, it } from "vitest";
import { beatMetrics } from "../../../src/core/wire/beat-metrics.ts";

const NOW = Date.UTC(2026, 10, 22, 14);
const entry = (late: number | null, enabled = true) => ({ enabled, nextRunAt: late === null ? null : NOW - late * 1000, totalRunCount: 3 });
const figures = (entries: Parameters<typeof beatMetrics>[0]) => beatMetrics(entries, NOW).map(({ samples }) => samples[0]?.value);

describe("beat's metrics", () => {
  it("tell how late the latest entry is, of those that are enabled", () => {
    expect(figures([entry(-20), entry(2.5), entry(1), entry(90, false), entry(null)])).toEqual([2.5, 4, 15]);
  });

  it("are in time when nothing is due", () => {
    expect(figures([entry(-20)])).toEqual([0, 1, 3]);
    expect(figures([])).toEqual([0, 0, 0]);
  });
});
