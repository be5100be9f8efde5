import { describe, expect, it } from "vitest";
import { SoftTimeLimitExceeded, TimeLimitExceeded } from "../../src/core/task-errors.ts";
import { attempt, errorOf } from "./attempt-stage.ts";
import { aGate } from "./stage.ts";

const never = () => new Promise(() => {});

/** Waits for its signal, as `fetch` and other awaiting code does. */
const untilAborted = (signal: AbortSignal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

describe("the soft time limit", () => {
  it("aborts the signal with SoftTimeLimitExceeded, which ends the task as FAILURE when it is let through", async () => {
    const { outcome, time, log } = attempt((self) => untilAborted(self.signal), { definition: { softTimeLimit: 20 } });
    await time.advance(20);
    expect(errorOf(await outcome)).toEqual(["FAILURE", "SoftTimeLimitExceeded", "SoftTimeLimitExceeded()"]);
    expect(log.lines[1]).toBe("WARNING Soft time limit (20s) exceeded for tasks.it[the-id]");
  });

  it("may be caught: a task that cleans up and returns succeeds", async () => {
    const { outcome, time } = attempt(
      async (self) => {
        try {
          await untilAborted(self.signal);
        } catch (error) {
          return error instanceof SoftTimeLimitExceeded ? "cleaned up" : "?";
        }
        return "?";
      },
      { definition: { softTimeLimit: 20, timeLimit: 30 } },
    );
    await time.advance(20);
    expect(await outcome).toMatchObject({ state: "SUCCESS", result: '"cleaned up"' });
    expect(time.set).toBe(0);
  });

  it("is retried when autoretry_for names it", async () => {
    const { outcome, time } = attempt((self) => untilAborted(self.signal), {
      definition: { softTimeLimit: 20 },
      policy: { autoretryFor: [SoftTimeLimitExceeded] },
    });
    await time.advance(20);
    expect((await outcome).state).toBe("RETRY");
  });

  it("is told to who asks for the signal later", async () => {
    const gate = aGate();
    const { outcome, time } = attempt(
      async (self) => {
        await gate.promise;
        return String(self.signal.reason.name);
      },
      { definition: { softTimeLimit: 1 } },
    );
    await time.advance(1);
    gate.open();
    expect((await outcome).result).toBe('"SoftTimeLimitExceeded"');
  });
});

describe("the hard time limit", () => {
  it("ends the attempt at once as FAILURE, whatever the handler is doing", async () => {
    const { outcome, time, log } = attempt(never, { definition: { timeLimit: 30 } });
    await time.advance(30);
    expect(errorOf(await outcome)).toEqual(["FAILURE", "TimeLimitExceeded", "TimeLimitExceeded(30,)"]);
    expect(log.lines.slice(1)).toEqual(["ERROR Hard time limit (30s) exceeded for tasks.it[the-id]"]);
  });

  it("aborts the signal, and lets nothing count that the handler does later", async () => {
    const gate = aGate();
    const late: unknown[] = [];
    const { outcome, time, log } = attempt(
      async (self) => {
        await gate.promise;
        late.push(self.signal.reason instanceof TimeLimitExceeded, await self.updateState({ state: "LATE" }));
        return "late";
      },
      { definition: { timeLimit: 30 }, update: async () => true },
    );
    await time.advance(30);
    const ended = await outcome;
    gate.open();
    await time.advance(1);
    expect([ended.state, late]).toEqual(["FAILURE", [true, false]]);
    expect(log.lines.filter((line) => line.includes("succeeded"))).toEqual([]);
  });

  it("drops an error that comes later", async () => {
    const gate = aGate();
    const { outcome, time, log } = attempt(
      async () => {
        await gate.promise;
        throw new Error("late");
      },
      { definition: { timeLimit: 30 } },
    );
    await time.advance(30);
    await outcome;
    gate.open();
    await time.advance(1);
    expect(log.lines).toHaveLength(2);
  });

  it("leaves no timer behind when the task ends in time", async () => {
    const gate = aGate<number>();
    const { outcome, time } = attempt(() => gate.promise, { definition: { timeLimit: 30, softTimeLimit: 20 } });
    await time.advance(19);
    expect(time.set).toBe(2);
    gate.open(5);
    expect((await outcome).state).toBe("SUCCESS");
    expect(time.set).toBe(0);
  });

  it("holds for beforeStart as well, and the handler is not started then", async () => {
    let started = false;
    const gate = aGate();
    const { outcome, time } = attempt(
      () => {
        started = true;
      },
      { definition: { timeLimit: 1, hooks: { beforeStart: () => gate.promise } } },
    );
    await time.advance(1);
    expect((await outcome).state).toBe("FAILURE");
    gate.open();
    await time.advance(1);
    expect(started).toBe(false);
  });

  it("makes no timer for tasks without one", async () => {
    const { outcome, time } = attempt(never);
    await time.advance(1);
    expect(time.set).toBe(0);
    void outcome;
  });
});

describe("which time limits hold (H24)", () => {
  const limits = async (call: [number | null, number | null] | undefined, task: object) => {
    const line = call === undefined ? {} : { timelimit: call };
    const { outcome } = attempt((self) => [self.request.timelimit, self.request.timeLimit, self.request.softTimeLimit], {
      line,
      definition: task,
    });
    return JSON.parse((await outcome).result);
  };

  it.each([
    ["time_limit=30, soft=20 of the call", [30, 20], {}, [30, 20]],
    ["none", undefined, {}, [null, null]],
    ["declared 60/45", undefined, { timeLimit: 60, softTimeLimit: 45 }, [60, 45]],
    ["the call overrides 10/5", [10, 5], { timeLimit: 60, softTimeLimit: 45 }, [10, 5]],
    ["the call overrides one of them", [50, null], { timeLimit: 60, softTimeLimit: 45 }, [50, 45]],
  ] as const)("%s", async (_row, call, task, [hard, soft]) => {
    expect(await limits(call === undefined ? undefined : [...call], task)).toEqual([[hard, soft], hard, soft]);
  });
});
