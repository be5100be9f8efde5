import { reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BrokerApi } from "../../src/broker/api.ts";
import { aCall, calls, ended, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** Lets every alarm fire until none is set: results expire, and nothing is left. */
async function outlive(stage: Stage): Promise<void> {
  for (let alarms = 0; await stage.alarm(); alarms++) if (alarms > 100) throw new Error("expected the alarms to come to an end");
  expect(await stage.rows()).toEqual({});
}

/** An object that has seen a task: its key and its first page numbers are written. */
async function aWarmStage(): Promise<Stage> {
  const stage = new Stage();
  await stage.submit(calls(1));
  await stage.finish(await stage.claim());
  await outlive(stage);
  return stage;
}

describe("rows written over a task's whole life, alarms and expiry counted", () => {
  it("are at most 8 for a lone task", async () => {
    const stage = await aWarmStage();
    const { written, alarms } = await stage.cost(async () => {
      await stage.submit(calls(1));
      await stage.finish(await stage.claim());
      await outlive(stage);
    });
    expect([written, alarms]).toEqual([5, 2]);
  });

  it("are at most 8 for each of lone tasks that come a minute apart, while others expire", async () => {
    const stage = new Stage({ result_expires: 1_200 });
    const { written, alarms } = await stage.cost(async () => {
      for (let minute = 0; minute < 60; minute++) {
        await stage.submit(calls(1));
        await stage.finish(await stage.claim());
        pass(15_000);
        await stage.alarm();
        pass(45_000);
      }
      await outlive(stage);
    });
    const forTheObject = 4;
    expect(written + alarms).toBeLessThanOrEqual(60 * 8 + forTheObject);
  });

  it("are at most 8 for a lone task with a countdown of some seconds", async () => {
    const stage = await aWarmStage();
    const { written, alarms } = await stage.cost(async () => {
      await stage.submit([aCall(0, { due: Date.now() + 5_000 })]);
      pass(5_000);
      await stage.finish(await stage.claim());
      await outlive(stage);
    });
    expect(written + alarms).toBeLessThanOrEqual(8);
  });

  it("are at most 10 for a bulk of 100 that is reported at once, and few more when it is reported in parts", async () => {
    const stage = await aWarmStage();
    const bulk = async (parts: number) => {
      await stage.submit(calls(100));
      const { lease, tasks } = await stage.claim();
      const size = Math.ceil(tasks.length / parts);
      for (let from = 0; from < tasks.length; from += size) {
        await stage.report(
          lease,
          tasks.slice(from, from + size).map((task) => ended(task)),
        );
      }
      await outlive(stage);
    };
    const whole = await stage.cost(() => bulk(1));
    expect(whole.written + whole.alarms).toBeLessThanOrEqual(10);
    const parted = await stage.cost(() => bulk(2));
    expect(parted.written + parted.alarms).toBeLessThanOrEqual(12);
  });

  it("are none for renewals, for claims of nothing, for repeats, for reading and for sweeps", async () => {
    const stage = await aWarmStage();
    const [id = ""] = await stage.submit(calls(2), { nonce: "n" });
    const { lease } = await stage.claim(5, "claim");
    const { written, alarms } = await stage.cost(async () => {
      await stage.renew(lease ?? "");
      await stage.claim();
      await stage.claim(5, "claim");
      await stage.submit(calls(2), { nonce: "n", attempt: 2 });
      await stage.record(id);
      await stage.broker.result(crypto.randomUUID(), 0);
      await stage.broker.sweep();
    });
    expect([written, alarms]).toEqual([0, 0]);
  });
});

describe("rows read", () => {
  it("do not grow with what is stored: among 5,000 finished pages each call reads a few", async () => {
    const stage = new Stage();
    const first = await stage.submit(calls(1));
    await stage.finish(await stage.claim());
    await runInDurableObject(stage.stub, (_broker, { storage }) => {
      storage.sql.exec(
        `WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 14999)
         INSERT INTO page (id, queue, due, created, done, count, head, outcome, body)
         SELECT i, 'celery', NULL, ?, ?, 1, '{"v":1,"n":[]}', (SELECT outcome FROM page LIMIT 1), '{"task":"t"}' FROM n`,
        Date.now(),
        Date.now(),
      );
      storage.sql.exec("UPDATE meta SET value = '20000' WHERE key = 'pages'");
    });
    await stage.crash();
    const reads: Record<string, number> = {};
    const read = async (name: string, work: () => Promise<unknown>) => {
      reads[name] = (await stage.cost(work)).read;
    };
    await read("recover", () => stage.broker.sweep());
    await read("submit", () => stage.submit(calls(3)));
    let grant = await stage.claim(0);
    await read("claim", async () => {
      grant = await stage.claim(2);
    });
    await read("report", () => stage.finish(grant, 5));
    await read("result", () => stage.record(first[0] ?? ""));
    await read("renew", () => stage.renew("none"));
    await read("sweep", () => stage.broker.sweep());
    await read("alarm", () => stage.alarm());
    for (const [name, count] of Object.entries(reads)) expect([name, count < 15]).toEqual([name, true]);
  });

  it("are about one a page when a reset object reads back what waits", async () => {
    const stage = new Stage();
    await runInDurableObject(stage.stub, async (object) => {
      const broker = object as unknown as BrokerApi;
      for (let page = 0; page < 500; page++) {
        await broker.submit({ version: 1, nonce: `${page}`, attempt: 1, sentAt: Date.now(), calls: [aCall(page)] });
      }
    });
    await stage.claim(100);
    await stage.crash();
    const { read } = await stage.cost(() => stage.broker.sweep());
    expect(read).toBeLessThan(700);
  });
});
