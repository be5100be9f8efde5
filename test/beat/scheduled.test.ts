import { describe, expect, it } from "vitest";
import { createScheduled } from "../../src/beat/scheduled.ts";
import { entryTaskId } from "../../src/beat/task-id.ts";
import { wakeBeat } from "../../src/beat/wake.ts";
import type { BrokerClient } from "../../src/broker/api.ts";
import type { Env } from "../../src/env.ts";

/** An environment whose Beat object fails as often as told; each stub may fail once. */
function setup(failures: number, sweep: () => Promise<void> = async () => undefined) {
  const seen = { stubs: 0, ticks: 0, sweeps: 0, errors: [] as string[] };
  const getByName = (name: string) => {
    seen.stubs += 1;
    return {
      tick: async () => {
        if (name !== "beat") throw new Error(`expected the object named beat, got ${name}`);
        if (failures-- > 0) throw new Error("Durable Object reset because its code was updated.");
        seen.ticks += 1;
      },
    };
  };
  const env = { BEAT: { getByName } } as unknown as Env;
  const none = () => undefined;
  const handler = createScheduled({
    broker: () =>
      ({
        sweep: () => {
          seen.sweeps += 1;
          return sweep();
        },
      }) as unknown as BrokerClient,
    log: () => ({ debug: none, info: none, warning: none, error: (message) => void seen.errors.push(message) }),
  });
  const tick = () => handler({} as ScheduledController, env, {} as ExecutionContext);
  return { env, seen, tick };
}

describe("wakeBeat", () => {
  it("ticks the one Beat object", async () => {
    const { env, seen } = setup(0);
    await wakeBeat(env);
    expect(seen).toMatchObject({ stubs: 1, ticks: 1 });
  });

  it("tries once more on a fresh stub after a reset", async () => {
    const { env, seen } = setup(1);
    await wakeBeat(env);
    expect(seen).toMatchObject({ stubs: 2, ticks: 1 });
  });

  it("throws when the second try fails too", async () => {
    const { env } = setup(2);
    await expect(wakeBeat(env)).rejects.toThrow("Durable Object reset");
  });
});

describe("the scheduled handler", () => {
  it("wakes beat and has the broker sweep", async () => {
    const { seen, tick } = setup(0);
    await tick();
    expect(seen).toMatchObject({ ticks: 1, sweeps: 1, errors: [] });
  });

  it("sweeps though beat cannot be woken, and logs why", async () => {
    const { seen, tick } = setup(2);
    await tick();
    expect(seen.sweeps).toBe(1);
    expect(seen.errors).toEqual(["Cron Trigger: beat could not be woken: Durable Object reset because its code was updated."]);
  });

  it("wakes beat though the sweep fails, at once or later", async () => {
    for (const fail of [
      () => Promise.reject(new Error("overloaded")),
      () => {
        throw new Error("overloaded");
      },
    ]) {
      const { seen, tick } = setup(0, fail);
      await tick();
      expect(seen).toMatchObject({ ticks: 1, errors: ["Cron Trigger: the broker could not sweep: overloaded"] });
    }
  });
});

describe("entryTaskId", () => {
  it("is a UUID of version 8 that no id of the broker's can equal", async () => {
    for (const instant of [0, 30_000, 1_795_355_700_000]) {
      expect(await entryTaskId("add-every-30-seconds", instant)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{3}b-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  it("is the same for the same entry and instant, and another for others", async () => {
    const ids = await Promise.all([
      entryTaskId("a", 1),
      entryTaskId("a", 1),
      entryTaskId("a", 2),
      entryTaskId("b", 1),
      entryTaskId("a:1", 2),
    ]);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(4);
  });
});
