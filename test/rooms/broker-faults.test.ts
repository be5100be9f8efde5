import { reset } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Random } from "../../scripts/simulate/random.ts";
import type { Accepted, BrokerApi, BrokerClient, Refused } from "../../src/broker/api.ts";
import type { Lookup } from "../../src/core/result.ts";
import { aLog, type Handler, ring } from "../worker/stage.ts";
import { aCall, calls, ended, numbers, pass, Stage, stopClock } from "./broker-stage.ts";
import { faultyLine, platformLine } from "./faulty-line.ts";

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const HALF_AN_HOUR = 1_800_000;

/** Where in an object's work it is ended: after so many milliseconds. */
const MOMENTS = [0, 0, 1, 2, 3, 5];

function clientOf(stage: Stage, line: () => BrokerApi = () => platformLine(() => stage.broker)): BrokerClient {
  return stage.client(line);
}

/** Ends the object as a crash does while `work` is under way, at several moments. */
async function crashing<T>(stage: Stage, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const moment of MOMENTS) {
    const under = work();
    if (moment > 0) await scheduler.wait(moment);
    await stage.crash();
    results.push(await under);
  }
  return results;
}

describe("an object that is ended in the middle of", () => {
  it("submits has accepted each of them once, whether its answer came or not", async () => {
    const stage = new Stage();
    const client = clientOf(stage);
    let number = 0;
    const submits = () => Promise.all(Array.from({ length: 12 }, () => client.submit([aCall(number++), aCall(number++)])));
    const ids = (await crashing(stage, submits)).flat().flatMap((answer: Accepted | Refused) => (answer.ok ? answer.ids : []));
    expect([ids.length, new Set(ids).size]).toEqual([number, number]);
    const granted: number[] = [];
    for (let grant = await stage.claim(1_000); grant.tasks.length > 0; grant = await stage.finish(grant, 1_000))
      granted.push(...numbers(grant));
    expect(granted.toSorted((one, other) => one - other)).toEqual(Array.from({ length: number }, (_, index) => index));
  });

  it("claims has granted no task to two of them", async () => {
    const stage = new Stage();
    await stage.submit(calls(300));
    const claim = () => clientOf(stage).claim(stage.shard, { version: 1, queue: "celery", room: 7, consumer: "celeriac@test" });
    const grants = (await crashing(stage, () => Promise.all(Array.from({ length: 6 }, claim)))).flat();
    const granted = grants.flatMap(numbers);
    expect(granted).toHaveLength(6 * 7 * MOMENTS.length);
    expect(new Set(granted).size).toBe(granted.length);
  });

  it("reports has taken each outcome once, and granted what they asked for once", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(300));
    const client = clientOf(stage);
    const consumer = "celeriac@test";
    let held = await Promise.all(Array.from({ length: 5 }, () => stage.claim(8)));
    const granted = held.flatMap(numbers);
    const reports = async () => {
      held = await Promise.all(
        held.map(({ lease, tasks }) => {
          const outcomes = tasks.map((task) => ended(task, JSON.stringify(task.id)));
          return client.report(stage.shard, {
            version: 1,
            lease: lease ?? "",
            consumer,
            queue: "celery",
            outcomes,
            room: 8,
            sequence: ++sequence,
          });
        }),
      );
      granted.push(...held.flatMap(numbers));
    };
    let sequence = 0;
    await crashing(stage, reports);
    expect(new Set(granted).size).toBe(granted.length);
    for (const grant of held)
      await stage.report(
        grant.lease,
        grant.tasks.map((task) => ended(task, JSON.stringify(task.id))),
      );
    for (const number of granted) {
      const id = ids[number] ?? "";
      expect(await stage.record(id)).toMatchObject({ state: "SUCCESS", result: JSON.stringify(id) });
    }
    expect(await stage.states(ids.filter((_, number) => !granted.includes(number)))).toEqual(Array(300 - granted.length).fill("PENDING"));
  });

  it("a wait is asked again, and answers with the result", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(1));
    const waiting: Promise<Lookup> = clientOf(stage).result(id, 5);
    await stage.crash();
    await scheduler.wait(50);
    await stage.finish(await stage.claim());
    expect(await waiting).toMatchObject({ found: true, record: { state: "SUCCESS" } });
  });
});

describe("an object that is evicted", () => {
  it("between any two calls goes on as if it had not been", async () => {
    stopClock();
    const stage = new Stage();
    const list = calls(4, { due: Date.now() + HALF_AN_HOUR });
    const ids = await stage.submit(list, { nonce: "submit" });
    await stage.evict();
    expect(await stage.submit(list, { nonce: "submit", attempt: 2 })).toEqual(ids);
    await stage.evict();
    pass(HALF_AN_HOUR);
    const grant = await stage.claim(9, "claim");
    expect(numbers(grant)).toEqual([0, 1, 2, 3]);
    await stage.evict();
    expect(await stage.claim(9, "claim")).toEqual(grant);
    await stage.evict();
    expect((await stage.renew(grant.lease ?? "")).held).toBe(true);
    const half = grant.tasks.slice(0, 2).map((task) => ended(task));
    const next = await stage.report(grant.lease, half, { nonce: "report" });
    await stage.evict();
    expect(await stage.report(grant.lease, half, { nonce: "report" })).toEqual(next);
    expect(await stage.states(ids)).toEqual(["SUCCESS", "SUCCESS", "PENDING", "PENDING"]);
    await stage.evict();
    await stage.finish(grant);
    await stage.evict();
    expect(await stage.states(ids)).toEqual(Array(4).fill("SUCCESS"));
  });
});

describe("bells that come twice, late and in another order", () => {
  it("start every task once, and those that come for nothing find nothing", async () => {
    const stage = new Stage({ worker_concurrency: 10 });
    const started: unknown[] = [];
    const handlers = { "tasks.add": ((_context, number) => started.push(number)) as Handler };
    const ids = await stage.submit(calls(100));
    const bells = stage.bells();
    const early = bells.splice(0, 2);
    const consumers = [...bells, ...bells.toReversed(), ...early, ...bells].map((bell) =>
      ring(clientOf(stage), handlers, { bodies: [bell, bell] }),
    );
    await Promise.all(consumers.map(({ handler }) => handler));
    for (const bell of stage.bells()) await ring(clientOf(stage), handlers, { bodies: [bell] }).handler;
    expect(started.toSorted((one, other) => Number(one) - Number(other))).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(new Set(await stage.states(ids))).toEqual(new Set(["SUCCESS"]));
  });
});

describe("consumers that die and clients on a faulty line, with an object that crashes", () => {
  it("bring every task to one end, start no attempt twice, and start a second one for a lost lease only", async () => {
    const stage = new Stage({ worker_lost_wait: 1, worker_concurrency: 8 });
    const random = new Random(7);
    const struck = { lostBefore: 0, lostAfter: 0, doubled: 0, late: 0 };
    const client = clientOf(stage, () => faultyLine(() => stage.broker, random, struck));
    const log = aLog("warning");
    const starts = new Map<string, number[]>();
    const task: Handler = async ({ request }) => {
      starts.set(request.id, [...(starts.get(request.id) ?? []), request.deliveries]);
      await scheduler.wait(random.between(0, 30));
      return `${request.id} ${request.deliveries}`;
    };
    let over = false;
    let given = 0;
    const consumers: Promise<void>[] = [];
    const ringing = (async () => {
      for (; !over; await scheduler.wait(5)) {
        const bells = stage.bells().sort(() => random.between(-1, 1));
        for (const bell of bells) {
          for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies--) {
            const { mortal, death } = mortalClient(client, () => given++ % 4 === 0);
            const { handler } = ring(mortal, { "tasks.add": task }, { bodies: [bell], log });
            consumers.push(Promise.race([handler, death]));
          }
        }
      }
    })();
    const crashes = (async () => {
      for (let crash = 0; crash < 12; crash++) {
        await scheduler.wait(random.between(20, 180));
        await stage.crash();
      }
    })();

    const submits = Array.from({ length: 60 }, async (_, index) => {
      await scheduler.wait(random.between(0, 1_200));
      const answer = await client.submit(calls(random.between(1, 6), index % 4 === 0 ? { due: Date.now() + random.between(10, 500) } : {}));
      return answer.ok ? answer.ids : [];
    });
    const ids = (await Promise.all(submits)).flat();
    await crashes;
    const lookups = await Promise.all(ids.map((id) => untilFinal(client, id)));
    over = true;
    await Promise.all([ringing, ...consumers]);

    const again = ids.filter((id) => (starts.get(id)?.length ?? 0) > 1);
    console.log(`${ids.length} tasks, ${again.length} started again, ${log.lines.length} warnings; faults: ${JSON.stringify(struck)}`);
    expect([new Set(ids).size, again.length > 0]).toEqual([ids.length, true]);
    for (const [index, id] of ids.entries()) {
      const deliveries = starts.get(id) ?? [];
      expect([id, new Set(deliveries).size, lookups[index]]).toEqual([id, deliveries.length, `SUCCESS "${id} ${Math.max(...deliveries)}"`]);
    }
    expect([...starts.keys()].filter((id) => !ids.includes(id))).toEqual([]);
    await stage.crash();
    expect(await Promise.all(ids.map((id) => untilFinal(client, id)))).toEqual(lookups);
    expect(Math.min(...Object.values(struck))).toBeGreaterThan(3);
  });
});

/** The client of a consumer that, once a claim has given it tasks, may not be heard of any more. */
function mortalClient(client: BrokerClient, dies: () => boolean): { mortal: BrokerClient; death: Promise<void> } {
  const { promise: death, resolve: die } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});
  let dead = false;
  const mortal: BrokerClient = {
    looks: client.looks,
    start: (workflow) => client.start(workflow),
    tree: (request) => client.tree(request),
    group: (request) => client.group(request),
    addToGroup: (shard, request) => client.addToGroup(shard, request),
    submit: (list, options) => client.submit(list, options),
    result: (id, seconds) => client.result(id, seconds),
    claim: async (shard, request) => {
      const grant = await client.claim(shard, request);
      dead = grant.tasks.length > 0 && dies();
      if (dead) die();
      return grant;
    },
    report: (shard, request) => (dead ? never : client.report(shard, request)),
    update: (shard, request) => (dead ? never : client.update(shard, request)),
    forget: (id) => client.forget(id),
    pause: (queue) => client.pause(queue),
    resume: (queue) => client.resume(queue),
    limit: (request) => client.limit(request),
    timeLimit: (request) => client.timeLimit(request),
    revokeWhere: (filter, options) => client.revokeWhere(filter, options),
    revokeStamps: (headers, options) => client.revokeStamps(headers, options),
    purge: (queue) => client.purge(queue),
    revoke: (ids, options) => client.revoke(ids, options),
    news: (shard, request) => (dead ? never : client.news(shard, request)),
    sweep: () => client.sweep(),
    stats: () => client.stats(),
  };
  return { mortal, death };
}

/** The state and the result of a task, once it is final. */
async function untilFinal(client: BrokerClient, id: string): Promise<string> {
  for (;;) {
    const lookup = await client.result(id, 1).catch(() => undefined);
    if (lookup?.found === false) return lookup.why;
    if (lookup !== undefined && lookup.record.state !== "PENDING") return `${lookup.record.state} ${lookup.record.result}`;
  }
}
