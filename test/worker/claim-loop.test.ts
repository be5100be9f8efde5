import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeBroker } from "./fake-broker.ts";
import type { Handler } from "./stage.ts";
import { aGate, aLog, aLoop, settle } from "./stage.ts";

const add = (_context: unknown, x: unknown, y: unknown) => Number(x) + Number(y);
const many = (count: number, task = "tasks.add") => Array.from({ length: count }, (_, index) => ({ task, args: [index, 1] }));

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a claim loop", () => {
  it("claims with room for worker_concurrency and leaves when there is nothing", async () => {
    const broker = new FakeBroker();
    await aLoop(broker, {}, { concurrency: 7 }).work();
    expect(broker.claims).toEqual([{ version: 1, queue: "celery", room: 7, most: 35, consumer: "celeriac@test" }]);
    expect(broker.reports).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("reports a task's outcome with what names its attempt", async () => {
    const broker = new FakeBroker();
    broker.addGranted({ page: 4, slot: 9, attempt: 2, id: "id", line: '{"task":"tasks.add","args":[2,3]}' });
    await aLoop(broker, { "tasks.add": add }).work();
    expect(broker.outcomes).toEqual([
      { page: 4, slot: 9, attempt: 2, state: "SUCCESS", result: "5", traceback: null, startedAt: 1_000_000, endedAt: 1_000_000 },
    ]);
  });

  it("reports 100 sync tasks in one report", async () => {
    const broker = new FakeBroker();
    broker.add(...many(100));
    await aLoop(broker, { "tasks.add": add }).work();
    expect(broker.reports.map((report) => report.outcomes.length)).toEqual([100]);
    expect(broker.outcomes.map((outcome) => outcome.result)).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
  });

  it("reports 100 trivial async tasks, some deeper than others, in one or two reports", async () => {
    const broker = new FakeBroker();
    broker.add(...many(100));
    const nested = async (_context: unknown, x: unknown) => {
      for (let turn = 0; turn < Number(x) % 7; turn += 1) await null;
    };
    await aLoop(broker, { "tasks.add": nested }).work();
    expect(broker.outcomes).toHaveLength(100);
    expect(broker.reports.length).toBeLessThanOrEqual(2);
  });

  it("runs worker_concurrency of the short tasks it was granted at once, and the others as those end", async () => {
    const broker = new FakeBroker();
    broker.short = true;
    broker.add(...many(50));
    let running = 0;
    let most = 0;
    const brief = async () => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 3; turn++) await null;
      running -= 1;
    };
    await aLoop(broker, { "tasks.add": brief }, { concurrency: 10 }).work();
    expect([most, broker.outcomes.length]).toEqual([10, 50]);
    expect(broker.claims).toHaveLength(1);
  });

  it("gives the place of a task that passed its hard time limit to the next one, and is done when that is", async () => {
    const broker = new FakeBroker();
    broker.short = true;
    broker.add({ task: "tasks.stuck", timelimit: [2, null] }, { task: "tasks.add", args: [2, 3] });
    const stuck = () => new Promise(() => {});
    const work = aLoop(broker, { "tasks.stuck": stuck, "tasks.add": add }, { concurrency: 1 }).work();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(broker.outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await work;
    expect(broker.outcomes.map(({ state, endedAt }) => [state, endedAt])).toEqual([
      ["FAILURE", 1_002_000],
      ["SUCCESS", 1_002_000],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("writes the state of a running task under its lease, until that is lost", async () => {
    const broker = new FakeBroker();
    broker.add({ task: "tasks.progress" });
    const updates: unknown[] = [];
    const keeper = Object.assign(broker, {
      update: async (shard: number, request: object) => {
        updates.push([shard, request]);
        return { held: true };
      },
    });
    const progress: Handler = (self) => self.updateState({ state: "PROGRESS", meta: 3 });
    await aLoop(keeper, { "tasks.progress": progress }).work();
    expect(updates).toEqual([[0, { version: 1, lease: "lease-1", page: 1, slot: 0, attempt: 1, state: "PROGRESS", meta: "3" }]]);
    expect(broker.outcomes.map(({ result }) => result)).toEqual(["true"]);
  });

  it("starts none of the tasks that wait for others when the lease is lost", async () => {
    const broker = new FakeBroker();
    broker.short = true;
    broker.add(...many(50));
    broker.renewal = async () => ({ held: false, leaseMilliseconds: 15_000 });
    let started = 0;
    const held = () => {
      started += 1;
      return new Promise(() => {});
    };
    const work = aLoop(broker, { "tasks.add": held }, { concurrency: 10 }).work();
    await vi.advanceTimersByTimeAsync(6_000);
    await work;
    expect([started, broker.outcomes.length]).toEqual([10, 0]);
  });

  it("starts what a report grants, until the queue is empty", async () => {
    const broker = new FakeBroker();
    broker.add(...many(250));
    await aLoop(broker, { "tasks.add": add }).work();
    expect(broker.reports.map(({ outcomes, room }) => [outcomes.length, room])).toEqual([
      [100, 100],
      [100, 100],
      [50, 100],
    ]);
  });

  it("runs tasks side by side: those that never end, throw at once or block hold no other", async () => {
    const broker = new FakeBroker();
    const ids = broker.add({ task: "tasks.hang" }, { task: "tasks.boom" }, { task: "tasks.add", args: [1, 1] });
    void aLoop(broker, {
      "tasks.hang": () => new Promise(() => {}),
      "tasks.boom": {
        name: "tasks.boom",
        run: () => {
          throw new TypeError("at once");
        },
      },
      "tasks.add": add,
    }).work();
    await settle();
    expect(ids).toHaveLength(3);
    expect(broker.outcomes.map(({ slot, state }) => [slot, state])).toEqual([
      [1, "FAILURE"],
      [2, "SUCCESS"],
    ]);
  });

  it("asks for as many tasks as it has room for beside those that run", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.add({ task: "tasks.slow" }, { task: "tasks.slow" }, { task: "tasks.add", args: [1, 1] });
    const work = aLoop(broker, { "tasks.slow": () => gate.promise, "tasks.add": add }, { concurrency: 3 }).work();
    await settle();
    expect(broker.reports.map(({ room }) => room)).toEqual([1]);
    gate.open();
    await work;
    expect(broker.reports.map(({ room }) => room)).toEqual([1, 3]);
  });

  it("keeps one report in flight, and what ends meanwhile joins the next one", async () => {
    const broker = new FakeBroker();
    const answer = aGate();
    const gates = [aGate(), aGate(), aGate()];
    let inFlight = 0;
    let mostInFlight = 0;
    broker.onReport = async () => {
      mostInFlight = Math.max(mostInFlight, ++inFlight);
      if (broker.reports.length === 0) await answer.promise;
      inFlight -= 1;
      return undefined;
    };
    broker.add(...many(3));
    const work = aLoop(broker, { "tasks.add": (_context, x) => gates[Number(x)]?.promise }).work();
    for (const gate of gates) {
      gate.open();
      await settle();
    }
    answer.open();
    await work;
    expect(broker.reports.map((report) => report.outcomes.map(({ slot }) => slot))).toEqual([[0], [1, 2]]);
    expect(mostInFlight).toBe(1);
  });

  it("does not ask again while it waits for its tasks", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.add({ task: "tasks.slow" });
    const work = aLoop(broker, { "tasks.slow": () => gate.promise }).work();
    await vi.advanceTimersByTimeAsync(4_000);
    expect([broker.claims.length, broker.reports.length]).toEqual([1, 0]);
    gate.open();
    await work;
  });

  it("claims no more after ten seconds of looping", async () => {
    const broker = new FakeBroker();
    broker.add(...many(10));
    const nap = () => new Promise((resolve) => setTimeout(resolve, 3_000));
    const work = aLoop(broker, { "tasks.add": nap }, { concurrency: 1 }).work();
    await vi.advanceTimersByTimeAsync(15_000);
    await work;
    expect(broker.reports.map(({ room }) => room)).toEqual([1, 1, 1, 0]);
  });

  it("claims no more after 400 calls of the broker", async () => {
    const broker = new FakeBroker();
    broker.add(...many(600));
    await aLoop(broker, { "tasks.add": add }, { concurrency: 1 }).work();
    expect(broker.claims.length + broker.reports.length).toBeLessThanOrEqual(401);
    expect(broker.reports.at(-1)?.room).toBe(0);
    expect(broker.reports.at(-2)?.room).toBe(1);
  });

  it("splits outcomes that are too large for one report, and claims nothing for the rest", async () => {
    const broker = new FakeBroker();
    broker.add(...many(10));
    await aLoop(broker, { "tasks.add": () => "x".repeat(900_000) }, { concurrency: 10 }).work();
    expect(broker.reports.map(({ outcomes, room }) => [outcomes.length, room])).toEqual([
      [2, 2],
      [2, 4],
      [2, 6],
      [2, 8],
      [2, 10],
    ]);
  });

  it("claims no more while it holds 16,000,000 characters of calls, and goes on when it holds fewer", async () => {
    const broker = new FakeBroker();
    const large = { task: "tasks.hold", args: ["x".repeat(900_000)] };
    broker.add(...Array.from({ length: 19 }, () => large), ...many(2));
    const gate = aGate();
    const loop = aLoop(broker, { "tasks.hold": () => gate.promise, "tasks.add": add }, { concurrency: 20 }).work();
    await settle();
    expect(broker.reports.map(({ outcomes, room }) => [outcomes.length, room])).toEqual([[1, 0]]);
    gate.open();
    await loop;
    expect(broker.outcomes).toHaveLength(21);
  });

  it("leaves with a warning when it cannot claim", async () => {
    const broker = new FakeBroker();
    const log = aLog("warning");
    broker.onClaim = async () => {
      throw new Error("overloaded");
    };
    await aLoop(broker, {}, { log }).work();
    expect(log.lines).toEqual([
      "WARNING celeriac@test: could not claim from queue celery, shard 0: Error: overloaded; the broker will ring again",
    ]);
  });
});

describe("a report that fails", () => {
  it("is sent again after 100 ms, 200 ms, …, with what ended meanwhile, and claims no more", async () => {
    const broker = new FakeBroker();
    const sentAt: number[] = [];
    const gate = aGate();
    broker.onReport = async () => {
      sentAt.push(Date.now() - 1_000_000);
      if (sentAt.length <= 3) throw new Error("Durable Object reset");
      return undefined;
    };
    broker.add({ task: "tasks.add", args: [1, 1] }, { task: "tasks.slow" });
    const work = aLoop(broker, { "tasks.add": add, "tasks.slow": () => gate.promise }).work();
    await vi.advanceTimersByTimeAsync(150);
    gate.open();
    await vi.advanceTimersByTimeAsync(1_000);
    await work;
    expect(sentAt).toEqual([0, 100, 300, 700]);
    expect(broker.reports.map(({ outcomes, room }) => [outcomes.map(({ slot }) => slot), room])).toEqual([[[0, 1], 0]]);
  });

  it("is given up when the lease can no longer be renewed either, and the rest is aborted", async () => {
    const broker = new FakeBroker();
    const log = aLog("warning");
    let signal: AbortSignal | undefined;
    broker.onReport = async () => {
      throw new Error("gone");
    };
    broker.renewal = async () => {
      throw new Error("gone");
    };
    broker.add({ task: "tasks.add", args: [1, 1] }, { task: "tasks.slow" });
    let left = 0;
    const work = aLoop(
      broker,
      {
        "tasks.add": add,
        "tasks.slow": (context) => {
          signal = context.signal;
          return new Promise(() => {});
        },
      },
      { log },
    )
      .work()
      .then(() => {
        left = Date.now() - 1_000_000;
      });
    await vi.advanceTimersByTimeAsync(20_000);
    await work;
    expect(left).toBe(14_000);
    expect(signal?.aborted).toBe(true);
    expect(log.lines.at(-1)).toBe(
      "WARNING celeriac@test: lost its lease on 2 tasks of queue celery, shard 0: it could not be renewed in time",
    );
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a lease", () => {
  it("is renewed in calls of up to a third of its time once a task has run for a second, and its timer ends with it", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.add({ task: "tasks.slow" });
    const work = aLoop(broker, { "tasks.slow": () => gate.promise }).work();
    await vi.advanceTimersByTimeAsync(16_000);
    expect(broker.renewals).toEqual(["lease-1", "lease-1", "lease-1", "lease-1"]);
    gate.open();
    await work;
    expect(broker.outcomes).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not renewed when reports have prolonged it", async () => {
    const broker = new FakeBroker();
    broker.add(...Array.from({ length: 14 }, () => ({ task: "tasks.nap" })));
    const work = aLoop(broker, { "tasks.nap": () => new Promise((resolve) => setTimeout(resolve, 900)) }, { concurrency: 1 }).work();
    await vi.advanceTimersByTimeAsync(14_000);
    await work;
    expect(broker.outcomes.length).toBeGreaterThan(10);
    expect(broker.renewals).toEqual([]);
  });

  it("that is not held any more aborts its tasks' signals, and their outcomes are not reported", async () => {
    const broker = new FakeBroker();
    const log = aLog("info");
    const reasons: unknown[] = [];
    const gate = aGate<string>();
    broker.renewal = async () => ({ held: false, leaseMilliseconds: 0 });
    broker.add({ task: "tasks.slow" }, { task: "tasks.slow" });
    const slow = (context: { signal: AbortSignal }) => {
      context.signal.addEventListener("abort", () => reasons.push(context.signal.reason.name));
      return gate.promise;
    };
    const work = aLoop(broker, { "tasks.slow": slow }, { log }).work();
    await vi.advanceTimersByTimeAsync(5_000);
    await work;
    gate.open("too late");
    await settle();
    expect(reasons).toEqual(["AbortError", "AbortError"]);
    expect(broker.reports).toEqual([]);
    expect(log.lines.filter((line) => line.includes("succeeded"))).toEqual([]);
    expect(log.lines.at(-1)).toContain("lost its lease on 2 tasks");
  });

  it("that is lost aborts a signal that is first asked for afterwards", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    let aborted: boolean | undefined;
    broker.renewal = async () => ({ held: false, leaseMilliseconds: 0 });
    broker.add({ task: "tasks.slow" });
    const work = aLoop(broker, {
      "tasks.slow": async (context) => {
        await gate.promise;
        aborted = context.signal.aborted;
      },
    }).work();
    await vi.advanceTimersByTimeAsync(5_000);
    await work;
    gate.open();
    await settle();
    expect(aborted).toBe(true);
  });

  it("survives renewals that fail, as long as one comes through before its end", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.renewal = async () => {
      if (broker.renewals.length < 5) throw new Error("reset");
      return { held: true, leaseMilliseconds: 15_000 };
    };
    broker.add({ task: "tasks.slow" });
    const work = aLoop(broker, { "tasks.slow": () => gate.promise }).work();
    await vi.advanceTimersByTimeAsync(14_500);
    gate.open();
    await work;
    expect(broker.outcomes).toHaveLength(1);
  });

  it("counts as lost shortly before its end when a renewal hangs", async () => {
    const broker = new FakeBroker();
    let abortedAt = 0;
    broker.renewal = () => new Promise(() => {});
    broker.add({ task: "tasks.slow" });
    const work = aLoop(broker, {
      "tasks.slow": (context) => {
        context.signal.addEventListener("abort", () => {
          abortedAt = Date.now() - 1_000_000;
        });
        return new Promise(() => {});
      },
    }).work();
    await vi.advanceTimersByTimeAsync(20_000);
    await work;
    expect(abortedAt).toBe(14_000);
    expect(broker.renewals).toHaveLength(1);
  });

  it("that the broker has ended is not lost while the report is answered by which it ended", async () => {
    const broker = new FakeBroker();
    const log = aLog("warning");
    const answer = aGate();
    broker.add({ task: "tasks.add", args: [1, 1] });
    broker.onReport = async () => {
      if (broker.reports.length === 0) await answer.promise;
      return undefined;
    };
    broker.renewal = async () => ({ held: false, leaseMilliseconds: 15_000 });
    const work = aLoop(broker, { "tasks.add": add }, { log }).work();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(broker.renewals).toHaveLength(1);
    broker.lease = "lease-2";
    broker.add({ task: "tasks.add", args: [2, 2] });
    answer.open();
    await work;
    expect(broker.reports.map(({ lease, outcomes }) => [lease, outcomes.length])).toEqual([
      ["lease-1", 1],
      ["lease-2", 1],
    ]);
    expect(broker.reports[1]?.room).toBeGreaterThan(0);
    expect(log.lines.filter((line) => line.startsWith("WARNING"))).toEqual([]);
  });

  it("that a report answers with another one loses what ran under the first", async () => {
    const broker = new FakeBroker();
    const signals: AbortSignal[] = [];
    broker.add({ task: "tasks.slow" }, { task: "tasks.add", args: [1, 1] });
    broker.onReport = async () =>
      broker.reports.length > 0
        ? undefined
        : {
            version: 1,
            lease: "lease-2",
            leaseMilliseconds: 15_000,
            tasks: [{ page: 2, slot: 0, attempt: 1, id: "new", line: '{"task":"tasks.add","args":[2,2]}' }],
          };
    await aLoop(broker, {
      "tasks.add": add,
      "tasks.slow": (context) => {
        signals.push(context.signal);
        return new Promise(() => {});
      },
    }).work();
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
    expect(broker.reports.map(({ lease, outcomes }) => [lease, outcomes.map(({ result }) => result)])).toEqual([
      ["lease-1", ["2"]],
      ["lease-2", ["4"]],
    ]);
  });
});
