import { describe, expect, it } from "vitest";
import { Signals } from "../../src/app/signals.ts";
import { FakeBroker } from "./fake-broker.ts";
import { aGate, aLog, ring, settle } from "./stage.ts";

describe("the production handler", () => {
  it("stays pending until its last task ends, and acknowledges its bells", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.add({ task: "tasks.quick" }, { task: "tasks.slow" });
    const rung = ring(broker, { "tasks.quick": () => 1, "tasks.slow": () => gate.promise });
    await settle();
    expect(broker.outcomes).toHaveLength(1);
    expect(rung.returned()).toBe(false);
    expect(rung.background).toEqual([]);
    gate.open();
    await rung.handler;
    expect(broker.outcomes).toHaveLength(2);
    expect(rung.acked()).toBe(true);
  });

  it("is what runs when the local runner does not say otherwise", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.add({ task: "tasks.slow" });
    const rung = ring(broker, { "tasks.slow": () => gate.promise }, { letGo: false });
    await settle();
    expect(rung.returned()).toBe(false);
    gate.open();
    await rung.handler;
  });
});

describe("a consumer", () => {
  it("tells when it begins and when it has ended", async () => {
    const broker = new FakeBroker();
    broker.add({ task: "tasks.quick" });
    const signals = new Signals();
    const seen: string[] = [];
    signals.connect("worker_ready", ({ sender, queue }) => void seen.push(`${sender.split("@")[0]} ${queue} ${broker.outcomes.length}`));
    signals.connect("worker_shutdown", () => void seen.push(`ended ${broker.outcomes.length}`));
    await ring(broker, { "tasks.quick": () => 1 }, { signals }).handler;
    expect(seen).toEqual(["celeriac celery 0", "ended 1"]);
  });
});

describe("the local handler", () => {
  it("returns at once, and its tasks run on under waitUntil", async () => {
    const broker = new FakeBroker();
    const gate = aGate();
    broker.add({ task: "tasks.slow" });
    const rung = ring(broker, { "tasks.slow": () => gate.promise }, { letGo: true });
    await rung.handler;
    await settle();
    expect(broker.outcomes).toEqual([]);
    expect(rung.background).toHaveLength(1);
    gate.open();
    await Promise.all(rung.background);
    expect(broker.outcomes).toHaveLength(1);
  });
});

describe("a batch of bells", () => {
  it("is one consumer for each queue and shard, equal bells counting once", async () => {
    const broker = new FakeBroker();
    const bodies = [
      { queue: "celery", shard: 0 },
      { queue: "celery", shard: 0 },
      { queue: "emails", shard: 0 },
      { queue: "celery", shard: 1 },
    ];
    await ring(broker, {}, { bodies }).handler;
    expect(broker.claims.map(({ queue }) => queue)).toEqual(["celery", "emails", "celery"]);
    expect(new Set(broker.claims.map(({ consumer }) => consumer)).size).toBe(3);
    for (const { consumer } of broker.claims) expect(consumer).toMatch(/^celeriac@[0-9a-f]{8}$/);
  });

  it("drops what is no bell, with a warning", async () => {
    const broker = new FakeBroker();
    const log = aLog("warning");
    const bodies = [
      null,
      "celery",
      {},
      { queue: "", shard: 0 },
      { queue: "celery", shard: -1 },
      { queue: "celery", shard: 0.5 },
      { queue: 1, shard: 0 },
    ];
    const rung = ring(broker, {}, { bodies, log });
    await rung.handler;
    expect(rung.acked()).toBe(true);
    expect(broker.claims).toEqual([]);
    expect(log.lines).toHaveLength(7);
    expect(log.lines[0]).toBe('WARNING a message on celery is no bell (expected {"queue", "shard"}): it is dropped');
  });

  it("never makes the handler throw", async () => {
    const broker = new FakeBroker();
    const log = aLog("warning");
    broker.onClaim = () => Promise.reject(new Error("overloaded"));
    await ring(broker, {}, { log }).handler;
    expect(log.lines[0]).toContain("overloaded");
    const rung = ring(
      broker,
      {},
      {
        log,
        config: () => {
          throw new Error("bad celeryconfig");
        },
      },
    );
    await rung.handler;
    expect(rung.acked()).toBe(true);
    expect(log.lines.at(-1)).toBe("ERROR the consumer could not start: bad celeryconfig");
  });
});
