import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Celeriac } from "../../src/app/celeriac.ts";
import type { TaskOptions } from "../../src/app/task-options.ts";
import type { RetryDecision, RetryPolicy } from "../../src/core/retry.ts";
import { decideAutoretry, decideRetry, defaultRetryPolicy, isExpected } from "../../src/core/retry.ts";
import { BrokerDouble, NOW } from "./broker-double.ts";
import { refusalOf, rowsOf, send } from "./sent-call.ts";

const ATTEMPT = { task: "t", id: "id-1", args: [1], kwargs: {}, retries: 0 };

const policyOf = async (options: TaskOptions): Promise<RetryPolicy> =>
  (await send({ options: options as object })).task.retry ?? defaultRetryPolicy;
const autoretry = async (options: TaskOptions, error: Error, retries = 0): Promise<RetryDecision> =>
  decideAutoretry({ ...ATTEMPT, retries }, error, await policyOf(options), 0, 0.99);
const secondsOf = (decision: RetryDecision) => (decision.retry ? decision.delay.due / 1000 : "not retried");

/** It is none of ours, and nothing is registered. */
const refused =
  (...names: string[]) =>
  async () => {
    for (const name of names) {
      const register = () => new Celeriac("rows").task("t", () => 1, { [name]: true } as never);
      expect(await refusalOf(register)).toContain(`'${name}' is no option of a task`);
    }
  };

/** Each row of CELERY.md 2.1 and of the table "Options of a task" in src/CELERY.md, by its first column there. */
const ROWS: Record<string, () => Promise<void>> = {
  "`name`": async () => {
    expect((await send()).line.task).toBe("t");
    expect(await refusalOf(() => new Celeriac("rows").task("", () => 1))).toContain("expected a task name");
  },
  "`bind`": async () => {
    const bound = new Celeriac("rows").task("t", (self, x: number) => [self.env, x], { bind: true });
    expect(bound.run({ env: "e" } as never, [1], {})).toEqual(["e", 1]);
  },
  "`base`, `Request`, `Strategy`": refused("base", "Request", "Strategy"),
  "`autoretry_for`, `dont_autoretry_for`": async () => {
    const options = { autoretryFor: [Error], dontAutoretryFor: ["RangeError"] };
    expect((await autoretry(options, new TypeError("x"))).retry).toBe(true);
    expect((await autoretry(options, new RangeError("x"))).retry).toBe(false);
    expect((await autoretry({}, new TypeError("x"))).retry).toBe(false);
  },
  "`retry_kwargs`": async () => {
    const options = { autoretryFor: ["Error"], retryKwargs: { countdown: 2, maxRetries: 5 } };
    expect(secondsOf(await autoretry(options, new Error("x"), 4))).toBe(2);
    expect((await autoretry(options, new Error("x"), 5)).retry).toBe(false);
  },
  "`max_retries`": async () => {
    const left = async (options: TaskOptions, retries: number) =>
      decideRetry({ ...ATTEMPT, retries }, {}, await policyOf(options), 0).retry;
    expect([await left({}, 2), await left({}, 3)]).toEqual([true, false]);
    expect([await left({ maxRetries: 0 }, 0), await left({ maxRetries: null }, 999)]).toEqual([false, true]);
  },
  "`default_retry_delay`": async () => {
    expect(secondsOf(decideRetry(ATTEMPT, {}, await policyOf({}), 0))).toBe(180);
    expect(secondsOf(decideRetry(ATTEMPT, {}, await policyOf({ defaultRetryDelay: 1.5 }), 0))).toBe(1.5);
  },
  "`retry_backoff`, `retry_backoff_max`, `retry_jitter`": async () => {
    const options = { autoretryFor: ["Error"], maxRetries: null, retryBackoff: 2, retryBackoffMax: 9 };
    const waits = async (jitter: boolean) =>
      Promise.all([0, 1, 2, 3].map(async (n) => secondsOf(await autoretry({ ...options, retryJitter: jitter }, new Error("x"), n))));
    expect(await waits(false)).toEqual([2, 4, 8, 9]);
    // Chance is 0.99 here: the longest wait there may be.
    expect(await waits(true)).toEqual([2, 4, 8, 9]);
    expect((await policyOf({ retryBackoff: true })).retryJitter).toBe(true);
  },
  "`throws`": async () => {
    expect(isExpected(new TypeError("x"), await policyOf({ throws: [TypeError] }))).toBe(true);
    expect(isExpected(new TypeError("x"), await policyOf({}))).toBe(false);
  },
  "`rate_limit`": async () => {
    expect((await send({ options: { rateLimit: "6/m" } })).call.limits).toEqual({ name: "t", perSecond: 0.1 });
    expect((await send({ config: { task_default_rate_limit: 5 } })).call.limits).toEqual({ name: "t", perSecond: 5 });
    expect((await send({ options: { rateLimit: null }, config: { task_default_rate_limit: 5 } })).call.limits).toBeUndefined();
    expect(await refusalOf(() => send({ options: { rateLimit: "10/d" } }))).toContain("rateLimit: expected a rate");
  },
  "`time_limit`, `soft_time_limit`": async () => {
    expect({ ...(await send({ options: { timeLimit: 30, softTimeLimit: 20 } })).task }).toMatchObject({ timeLimit: 30, softTimeLimit: 20 });
    expect((await send({ options: { timeLimit: null }, config: { task_time_limit: 9 } })).task.timeLimit).toBeNull();
    const soft = () => send({ options: { timeLimit: 20, softTimeLimit: 30 } });
    expect(await refusalOf(soft)).toContain("soft_time_limit must be less than or equal to time_limit, got 30 and 20");
  },
  "`acks_late`, `acks_on_failure`, `acks_on_timeout`, `acks_on_failure_or_timeout`, `reject_on_worker_lost`": async () => {
    const { call, task } = await send();
    expect([call.atMostOnce, task.acks]).toEqual([
      undefined,
      { acksLate: true, acksOnFailure: true, acksOnTimeout: true, rejectOnWorkerLost: true },
    ]);
    expect((await send({ options: { acksLate: false } })).call.atMostOnce).toBe(true);
    expect((await send({ options: { rejectOnWorkerLost: false } })).call.atMostOnce).toBe(true);
    expect((await send({ config: { task_acks_late: false } })).call.atMostOnce).toBe(true);
    expect((await send({ options: { acksLate: true }, config: { task_acks_late: false } })).call.atMostOnce).toBeUndefined();
    const both = { acksOnFailureOrTimeout: false, acksOnTimeout: true };
    expect((await send({ options: both })).task.acks).toMatchObject({ acksOnFailure: false, acksOnTimeout: true });
  },
  "`ignore_result`": async () => {
    expect((await send({ options: { ignoreResult: true } })).line.ignore_result).toBe(true);
    expect((await send({ config: { task_ignore_result: true } })).line.ignore_result).toBe(true);
    expect((await send({ call: { ignoreResult: false }, config: { task_ignore_result: true } })).line.ignore_result).toBe(false);
  },
  "`store_errors_even_if_ignored`": async () => {
    expect((await send({ options: { storeErrorsEvenIfIgnored: true } })).task.storeErrorsEvenIfIgnored).toBe(true);
    expect((await send({ config: { task_store_errors_even_if_ignored: true } })).task.storeErrorsEvenIfIgnored).toBe(true);
  },
  "`track_started`": async () => {
    expect((await send({ options: { trackStarted: true } })).line.track_started).toBe(true);
    expect((await send({ options: { trackStarted: false }, config: { task_track_started: true } })).line.track_started).toBe(false);
    expect((await send({ config: { task_track_started: true } })).line.track_started).toBeUndefined();
  },
  "`priority`": async () => {
    expect((await send({ options: { priority: 9 } })).call.priority).toBe(9);
    expect((await send({ options: { priority: 9 }, call: { priority: 0 } })).call.priority).toBeUndefined();
  },
  "`expires`": async () => {
    expect((await send({ options: { expires: 2 } })).call.expires).toBe(NOW + 2000);
    expect((await send({ options: { expires: 2 }, call: { expires: 3 } })).call.expires).toBe(NOW + 3000);
  },
  "`serializer`, `compression`, `backend`": refused("serializer", "compression", "backend"),
  "`send_events`, `trail`": refused("sendEvents", "trail"),
  "`typing`": async () => {
    const call = { kwargs: { y: 3 } };
    expect(await refusalOf(() => send({ call }))).toContain("got an unexpected keyword argument 'y'");
    expect((await send({ options: { typing: false }, call })).line.kwargs).toEqual({ y: 3 });
  },
  "`shadow_name`, `resultrepr_maxsize`": refused("shadowName", "resultreprMaxsize"),
  "`queue`": async () => {
    const config = { task_routes: { t: "feeds" } };
    expect((await send({ options: { queue: "mail" }, config })).call.queue).toBe("mail");
    expect((await send({ config })).call.queue).toBe("feeds");
    expect((await send({ options: { queue: "mail" }, config: { task_annotations: { t: { queue: "feeds" } } } })).call.queue).toBe("feeds");
  },
  "`exchange`, `routing_key`, `delivery_mode`": refused("exchange", "routingKey", "deliveryMode"),
  "`pydantic`": async () => {
    const app = new Celeriac("rows");
    const broker = new BrokerDouble();
    app.connect(broker);
    const task = app.task("t", (at) => at.x + 1, { schema: z.tuple([z.object({ x: z.coerce.number() })]) });
    await task.delay({ x: "2" });
    expect(broker.lines).toEqual([{ task: "t", args: [{ x: 2 }] }]);
    expect(await refusalOf(() => task.delay({ x: "two" }))).toContain("args[0].x: ");
  },
  "`lazy`, `shared`": refused("lazy", "shared"),
  "`concurrency`, `concurrency_key`": async () => {
    expect((await send({ options: { concurrency: 2 } })).call.limits).toEqual({ name: "t", concurrency: { key: "t", most: 2 } });
    const keyed = await send({ options: { concurrency: 2, rateLimit: 3 }, call: { concurrencyKey: "tenant" } });
    expect(keyed.call.limits).toEqual({ name: "t", perSecond: 3, concurrency: { key: "tenant", most: 2 } });
    expect(await refusalOf(() => send({ call: { concurrencyKey: "tenant" } }))).toContain("concurrencyKey: t runs any number at once");
  },
  "`unique_for`": async () => {
    const { call } = await send({ options: { uniqueFor: 60 } });
    expect(call.idempotency).toMatchObject({ seconds: 60, key: expect.stringMatching(/^unique:t:[0-9a-f]{16}$/) });
    const named = await send({ options: { uniqueFor: 60 }, call: { args: [] as never, kwargs: { x: 1 }, countdown: 5 } });
    expect(named.call.idempotency).toEqual(call.idempotency);
    expect((await send({ options: { uniqueFor: 60 }, call: { args: [2] } })).call.idempotency?.key).not.toBe(call.idempotency?.key);
    expect((await send({ options: { uniqueFor: 60 }, call: { idempotencyKey: "k" } })).call.idempotency).not.toHaveProperty("seconds");
    expect(await refusalOf(() => send({ options: { uniqueFor: 86_401 } }))).toContain("at most 86400");
  },
  "`express`": async () => expect((await send({ options: { express: true } })).call.express).toBe(true),
};

describe("the option of a task (CELERY.md 2.1)", () => {
  it.each(Object.entries(ROWS))("%s", (_, row) => row());

  it("is here for every row of src/CELERY.md, and no other", () => {
    const document = readFileSync(fileURLToPath(import.meta.resolve("../../src/CELERY.md")), "utf8");
    expect(Object.keys(ROWS)).toEqual(rowsOf(document, "Options of a task"));
  });

  it("is told together with every other fault", async () => {
    const wrong = { timeLimt: 1, priority: 10, rateLimit: "x", acksLate: 1, maxRetries: -1, bind: 1, schema: 3, uniqueFor: 0 };
    const text = await refusalOf(() => new Celeriac("rows").task("t", () => 1, wrong as never));
    const told = ["'timeLimt' is no option of a task; did you mean 'timeLimit'?", "bind: ", "schema: ", "priority: ", "uniqueFor: "];
    for (const part of [...told, "rateLimit: ", "acksLate: ", "maxRetries: "]) expect(text).toContain(part);
  });

  it("says by keywords what keywords need", async () => {
    const schema = { kwargs: z.object({}) };
    const register = () => new Celeriac("rows").task("t", () => 1, { schema });
    expect(await refusalOf(register)).toContain("schema.kwargs: expected `parameters` beside it");
  });
});
