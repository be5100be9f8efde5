import { describe, expect, it } from "vitest";
import { beginOf, History, type Span } from "../../src/core/history.ts";
import { addIntervals } from "../../src/core/interval-ring.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** The begin of an interval of ten minutes. */
const START = Date.UTC(2026, 10, 22, 14);

/** What a history knows at an instant. */
function told(history: History, until: number, over: Span = "hour", queue: string | null = null) {
  return history.read({ over, queue, until });
}

/** The last so many. */
function last<V>(list: readonly V[], count: number): V[] {
  return list.slice(-count);
}

describe("the history of what happened to tasks", () => {
  it("counts by ten seconds over an hour, the interval that is not over among them, and by ten minutes over a day", () => {
    const history = new History();
    history.add("received", "celery", 3, START);
    history.add("received", "celery", 2, START + 9_999);
    history.add("received", "celery", 5, START + 30 * SECOND);
    history.add("runSeconds", "celery", 0.25, START + 11 * MINUTE);
    const now = START + 11 * MINUTE;
    expect(last(told(history, now).received, 67).slice(0, 5)).toEqual([5, 0, 0, 5, 0]);
    expect(told(history, now).received).toHaveLength(360);
    expect(last(told(history, now).runSeconds, 2)).toEqual([0, 0.25]);
    expect(last(told(history, now, "day").received, 3)).toEqual([0, 10, 0]);
    expect(told(history, now, "day").received).toHaveLength(144);
    expect(last(told(history, now, "15m").received, 67)).toEqual(last(told(history, now).received, 67));
  });

  it("begins the first interval so that the last one holds the instant asked for", () => {
    expect(beginOf({ over: "hour", until: START + 7 * SECOND })).toBe(START - 3_590 * SECOND);
    expect(beginOf({ over: "day", until: START + 7 * SECOND })).toBe(START - 1_430 * MINUTE);
    expect(beginOf({ over: "15m", until: START })).toBe(START - 890 * SECOND);
  });

  it("forgets what is older, also after hours in which nothing happened", () => {
    const history = new History();
    history.add("failed", "celery", 1, START);
    expect(told(history, START + 59 * MINUTE).failed.reduce((one, other) => one + other)).toBe(1);
    expect(told(history, START + 61 * MINUTE).failed.some((count) => count > 0)).toBe(false);
    history.add("failed", "celery", 1, START + 3 * 24 * 60 * MINUTE);
    expect(told(history, START + 3 * 24 * 60 * MINUTE, "day").failed.reduce((one, other) => one + other)).toBe(1);
  });

  it("tells queues apart, of which the sums hold all, and of a queue that it does not know that nothing happened", () => {
    const history = new History();
    for (let queue = 0; queue < 100; queue++) history.add("succeeded", `queue-${queue}`, 1, START);
    expect(last(told(history, START).succeeded, 1)).toEqual([100]);
    expect(last(told(history, START, "hour", "queue-63").succeeded, 1)).toEqual([1]);
    expect(told(history, START, "hour", "queue-64").succeeded.some((count) => count > 0)).toBe(false);
    expect(told(history, START, "hour", "nobody's").waiting).toEqual(new Array(360).fill(null));
  });

  it("keeps the highest count of what waits, fills what lies between two looks, and knows nothing of the time before the first", () => {
    const history = new History();
    const look = (count: number, at: number) => history.look(count, new Map([["celery", count]]), at);
    look(4, START);
    look(9, START + 2 * SECOND);
    look(2, START + 4 * SECOND);
    expect(history.wantsLook(START + 4_999)).toBe(false);
    expect(history.wantsLook(START + 5_000)).toBe(true);
    look(7, START + 40 * SECOND);
    history.look(0, new Map(), START + 50 * SECOND);
    const now = START + 55 * SECOND;
    expect(last(told(history, now).waiting, 7)).toEqual([null, 9, 7, 7, 7, 7, 0]);
    expect(last(told(history, now, "hour", "celery").waiting, 2)).toEqual([7, 0]);
    expect(last(told(history, now, "day").waiting, 2)).toEqual([null, 9]);
  });

  it("adds up what shards tell, where one knows nothing the other's word alone", () => {
    const [one, other] = [new History(), new History()];
    one.add("received", "celery", 1, START);
    one.look(1, new Map(), START);
    one.look(2, new Map(), START + 10 * SECOND);
    other.add("received", "celery", 4, START);
    other.look(5, new Map(), START + 10 * SECOND);
    const sum = addIntervals(told(one, START + 10 * SECOND), told(other, START + 10 * SECOND));
    expect(last(sum.received, 2)).toEqual([5, 0]);
    expect(last(sum.waiting, 3)).toEqual([null, 1, 7]);
  });

  it("takes a clock that goes back for one that stands", () => {
    const history = new History();
    history.add("received", "celery", 1, START);
    history.look(1, new Map(), START);
    history.add("received", "celery", 1, START - MINUTE);
    history.look(1, new Map(), START - MINUTE);
    expect(last(told(history, START).received, 1)).toEqual([2]);
  });
});
