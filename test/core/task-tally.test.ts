import { describe, expect, it } from "vitest";
import { RUN_BOUNDS, WAIT_BOUNDS } from "../../src/core/histogram.ts";
import { TaskTally } from "../../src/core/task-tally.ts";

const NOW = Date.UTC(2026, 10, 22, 14);

/** A tally of one task that was accepted and granted three seconds later. */
function started(eta = false): TaskTally {
  const tally = new TaskTally("tasks.add", NOW);
  tally.accepted(eta);
  tally.left(!eta);
  tally.started("celery", 3, eta, NOW + 3_000);
  return tally;
}

/** Of a histogram only what is not 0: bound and count. */
function filled(counts: readonly number[], bounds: readonly number[]): [number, number][] {
  return counts.flatMap((count, bucket): [number, number][] => (count === 0 ? [] : [[bounds[bucket] ?? Number.POSITIVE_INFINITY, count]]));
}

describe("the tally of a task's name (FLOWER.md 5.2, metrics)", () => {
  it("M1 counts a task as sent and received, started, and succeeded", () => {
    const tally = started();
    tally.ran("SUCCESS", 0.02);
    tally.ended("SUCCESS");
    expect(tally.series.events).toEqual({
      sent: 1,
      received: 1,
      started: 1,
      succeeded: 1,
      failed: 0,
      retried: 0,
      revoked: 0,
      rejected: 0,
    });
    const [run] = tally.series.runs;
    expect([run?.end, filled(run?.histogram.counts ?? [], RUN_BOUNDS), run?.histogram.sum]).toEqual(["SUCCESS", [[0.025, 1]], 0.02]);
  });

  it("M2 keeps how long the one waited that was started last", () => {
    expect(started().series.prefetch).toEqual({ seconds: 3, at: NOW + 3_000 });
    const [wait] = started().series.waits;
    expect([wait?.queue, filled(wait?.histogram.counts ?? [], WAIT_BOUNDS)]).toEqual(["celery", [[5, 1]]]);
  });

  it.each(["SUCCESS", "FAILURE"] as const)("M3 M4 sets that back to 0 at %s", (state) => {
    const tally = started();
    tally.ended(state);
    expect(tally.series.prefetch?.seconds).toBe(0);
  });

  it("M5 keeps none of a task with an eta", () => {
    const { prefetch, prefetched, events } = started(true).series;
    expect([prefetch, prefetched, events.started]).toEqual([null, 0, 1]);
  });

  it("M10 counts what is received and not started", () => {
    const tally = started();
    tally.accepted(false);
    expect(tally.series.prefetched).toBe(1);
    tally.left(true);
    expect(tally.series.prefetched).toBe(0);
    tally.left(true);
    expect(tally.series.prefetched).toBe(0);
  });

  it("counts retries, refusals and revocations, and an attempt after a lost lease without a wait", () => {
    const tally = started();
    tally.ran("RETRY", 20);
    tally.rejected();
    tally.started("celery", undefined, false, NOW + 9_000);
    tally.ended("REVOKED");
    const { events, runs, waits, prefetch } = tally.series;
    expect(events).toMatchObject({ started: 2, retried: 1, rejected: 1, revoked: 1, failed: 0 });
    expect(runs.map(({ end, histogram }) => [end, filled(histogram.counts, RUN_BOUNDS)])).toEqual([
      ["RETRY", [[Number.POSITIVE_INFINITY, 1]]],
    ]);
    expect([waits[0]?.histogram.sum, prefetch?.seconds]).toEqual([3, 3]);
  });

  it("takes what clocks that differ make negative for 0", () => {
    const tally = new TaskTally("tasks.add", NOW);
    tally.started("celery", -2, false, NOW);
    tally.ran("SUCCESS", -2);
    expect([tally.series.prefetch?.seconds, tally.series.runs[0]?.histogram.sum]).toEqual([0, 0]);
  });
});
