import { describe, expect, it } from "vitest";
import type { TaskView } from "../../src/client/task-view.ts";
import type { FeedEvent } from "../../src/dashboard/feed.ts";
import { consumersOf } from "../../src/dashboard/pages/overview/consumers.ts";
import { Recorder } from "../../src/dashboard/pages/overview/recorder.ts";
import { drawnOf } from "../../src/dashboard/pages/overview/series.ts";
import { dollarsText } from "../../src/dashboard/pages/overview/stats.ts";
import { durationText } from "../../src/dashboard/parts/duration.ts";

const BEGAN = Date.UTC(2026, 10, 23);

function event(type: string, seconds: number, more: object = {}): FeedEvent {
  return { type: `task-${type}`, uuid: "u", timestamp: BEGAN / 1000 + seconds, ...more };
}

describe("what charts are drawn from", () => {
  it("is rates a second, shares and means, without the interval that is not over", () => {
    const series = { received: [20, 0, 5], succeeded: [15, 0, 1], failed: [5, 0, 0], retried: [0, 0, 0], revoked: [0, 0, 0] };
    const sums = { run_seconds_sum: [10, 0, 0], wait_seconds_sum: [2, 0, 0], waiting: [3, null, 4] };
    const drawn = drawnOf({ resolution_seconds: 10, from: BEGAN, series: { ...series, ...sums } }, BEGAN + 25_000);
    expect(drawn.times).toEqual([BEGAN / 1000 + 10, BEGAN / 1000 + 20]);
    expect([drawn.succeeded, drawn.failureShare, drawn.run, drawn.wait]).toEqual([
      [1.5, 0],
      [25, null],
      [0.5, null],
      [0.1, null],
    ]);
    expect(drawn.waiting).toEqual([3, null]);
  });

  it("is counted from events where a deployment keeps none, from when the page was opened on", () => {
    const recorder = new Recorder(BEGAN);
    recorder.take([event("succeeded", -1), event("received", 6), event("succeeded", 7, { runtime: 2 }), event("failed", 8)], BEGAN + 9_000);
    const drawn = drawnOf(recorder.series(BEGAN + 12_000), BEGAN + 12_000);
    expect([drawn.received, drawn.succeeded, drawn.failureShare, drawn.run]).toEqual([
      [0, 0.2],
      [0, 0.2],
      [null, 50],
      [null, 1],
    ]);
    expect(drawn.wait).toEqual([null, null]);
    recorder.look(7, BEGAN + 13_000);
    expect(drawnOf(recorder.series(BEGAN + 15_000), BEGAN + 15_000).waiting).toEqual([null, null, 7]);
    expect(recorder.rate(BEGAN + 10_000)).toBe(0.2);
    expect(recorder.rate(BEGAN + 60_000)).toBe(0);
  });

  it("is kept for a quarter of an hour", () => {
    const recorder = new Recorder(BEGAN);
    recorder.take([event("received", 1)], BEGAN + 2_000);
    recorder.take([], BEGAN + 2_000_000);
    expect(recorder.series(BEGAN + 2_000_000).series.received).toEqual(Array(180).fill(0));
  });
});

it("consumers are told from the tasks that run, who has the longest-running one first", () => {
  const task = (worker: string | null, queue: string, started: number) =>
    ({ worker, queue, dateStarted: new Date(started), id: `${started}` }) as TaskView;
  const consumers = consumersOf([task("b", "mail", 20), task("a", "mail", 30), task(null, "mail", 1), task("a", "celery", 10)]);
  expect(consumers.map(({ name, queues, running, longest }) => [name, queues, running, longest.id])).toEqual([
    ["a", ["mail", "celery"], 2, "10"],
    ["b", ["mail"], 1, "20"],
  ]);
});

it("spans of time and dollars are written with the digits that matter", () => {
  const spans = [0, 0.0123, 3.44, 59, 312, 7_200, 190_000].map(durationText);
  expect(spans).toEqual(["0 s", "12 ms", "3.4 s", "59 s", "5 min 12 s", "2 h", "2 d 4 h"]);
  expect([0, 0.000012, 0.421, 1_234.5].map(dollarsText)).toEqual(["$0", "$0.000012", "$0.42", "$1,235"]);
});
