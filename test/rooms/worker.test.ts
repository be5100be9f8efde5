import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { defaultConfig } from "../../src/core/config.ts";
import type { Env } from "../../src/env.ts";
import { createConsumer } from "../../src/worker/consumer.ts";
import { BrokerDouble } from "../app/broker-double.ts";
import { FakeBroker } from "../worker/fake-broker.ts";
import type { Handler } from "../worker/stage.ts";
import { aGate, aLog, aRegistry, settle, systemTime } from "../worker/stage.ts";

function ring(broker: FakeBroker, handlers: Record<string, Handler>, letGo: boolean, log = aLog("error")) {
  const consume = createConsumer({
    registry: aRegistry(handlers),
    broker: () => broker,
    config: () => defaultConfig,
    clock: systemTime,
    log: () => log,
  });
  const batch = createMessageBatch("celery", [{ id: "1", timestamp: new Date(0), attempts: 1, body: { queue: "celery", shard: 0 } }]);
  const ctx = createExecutionContext();
  const local: Env = { ...env, CELERIAC_LOCAL: { open: true, letGo, loglevel: "info" } };
  let returned = false;
  const handler = consume(batch, local, ctx).then(() => {
    returned = true;
  });
  return { batch, ctx, handler, returned: () => returned };
}

describe("the queue handler in workerd", () => {
  it("stays pending in production until its last task ends, and acknowledges the batch", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.add({ task: "tasks.slow" }, { task: "tasks.quick" });
    const rung = ring(broker, { "tasks.slow": () => gate.promise, "tasks.quick": () => 1 }, false);
    await settle();
    expect([broker.outcomes.length, rung.returned()]).toEqual([1, false]);
    gate.open();
    await rung.handler;
    expect(broker.outcomes).toHaveLength(2);
    expect(await getQueueResult(rung.batch, rung.ctx)).toMatchObject({ outcome: "ok", ackAll: true });
  });

  it("returns at once in the local runner, and its tasks run on under waitUntil", async () => {
    const broker = new FakeBroker();
    broker.add({ task: "tasks.slow" });
    const rung = ring(broker, { "tasks.slow": () => scheduler.wait(20) }, true);
    await rung.handler;
    expect(broker.outcomes).toEqual([]);
    await getQueueResult(rung.batch, rung.ctx);
    expect(broker.outcomes).toHaveLength(1);
  });

  it("gives what tasks print their name and id over timers and awaits, and leaves other prints alone", async () => {
    const broker = new FakeBroker();
    const log = aLog("warning");
    const ids = broker.add({ task: "tasks.speak", args: [2] }, { task: "tasks.speak", args: [1] });
    const speak: Handler = async (_context, wait) => {
      await scheduler.wait(Number(wait) * 10);
      console.log("after", { wait });
    };
    const rung = ring(broker, { "tasks.speak": speak }, false, log);
    console.debug("outside");
    await rung.handler;
    // On a busy machine the two waits may end in either order.
    expect(log.lines.sort()).toEqual([
      `WARNING tasks.speak[${ids[0]}] after { wait: 2 }`,
      `WARNING tasks.speak[${ids[1]}] after { wait: 1 }`,
    ]);
  });

  it("knows over timers and awaits which task makes a call, and waits for calls that are not awaited", async () => {
    const broker = new FakeBroker();
    const double = new BrokerDouble();
    const app = new Celeriac("tasks");
    app.connect(double);
    const other = app.task("tasks.other", (x: number) => x);
    const ids = broker.add({ task: "tasks.caller", args: [2] }, { task: "tasks.caller", args: [1] }, { task: "tasks.hasty" });
    const caller: Handler = async (_context, x) => {
      await scheduler.wait(Number(x) * 10);
      await other.delay(Number(x));
    };
    await ring(broker, { "tasks.caller": caller, "tasks.hasty": () => void other.delay(3) }, false).handler;
    const parents = double.lines.map(({ args, parent_id }) => [args?.[0], parent_id]).sort();
    expect(parents).toEqual([
      [1, ids[1]],
      [2, ids[0]],
      [3, ids[2]],
    ]);
    expect(broker.outcomes.map(({ children }) => children)).toEqual([["id-1"], ["id-1"], ["id-1"]]);
  });

  it("aborts what a task awaits at its soft time limit, and ends one that goes on at its hard one", async () => {
    const broker = new FakeBroker();
    broker.add({ task: "tasks.waits", timelimit: [10, 0.02] }, { task: "tasks.stuck", timelimit: [0.02, null] });
    const handlers: Record<string, Handler> = {
      "tasks.waits": (self) => scheduler.wait(10_000, { signal: self.signal }),
      "tasks.stuck": () => scheduler.wait(500),
    };
    await ring(broker, handlers, false).handler;
    expect(broker.outcomes.map(({ state, result }) => `${state} ${JSON.parse(result).exc_type}`).sort()).toEqual([
      "FAILURE SoftTimeLimitExceeded",
      "FAILURE TimeLimitExceeded",
    ]);
  });

  it("fails a task that returns what JSON cannot hold, with the platform's own objects too", async () => {
    const broker = new FakeBroker();
    broker.add({ task: "tasks.response" }, { task: "tasks.abort" });
    const handlers: Record<string, Handler> = {
      "tasks.response": () => new Response("x"),
      "tasks.abort": () => {
        throw new DOMException("stopped", "AbortError");
      },
    };
    await ring(broker, handlers, false).handler;
    expect(broker.outcomes.map(({ state, result }) => [state, JSON.parse(result).exc_type])).toEqual([
      ["FAILURE", "EncodeError"],
      ["FAILURE", "AbortError"],
    ]);
  });
});
