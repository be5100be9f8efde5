import { beginOf, type HistoryQuery, SPANS } from "../history.ts";
import type { Intervals } from "../interval-ring.ts";

/** The document of `GET /v1/series`: every list has one number for each interval, oldest first. */
export function seriesDocument(query: Pick<HistoryQuery, "over" | "until">, intervals: Intervals): Record<string, unknown> {
  const { runSeconds, waitSeconds, waiting, ...counts } = intervals;
  return {
    resolution_seconds: SPANS[query.over].seconds,
    from: beginOf(query),
    series: { ...counts, run_seconds_sum: runSeconds.map(rounded), wait_seconds_sum: waitSeconds.map(rounded), waiting },
  };
}

/** Sums of milliseconds, which binary fractions make long. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
