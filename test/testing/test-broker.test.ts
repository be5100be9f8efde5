import { describe, expect, it } from "vitest";
import { testBroker } from "../../src/testing/test-broker.ts";
import { app, OutOfStock, order, sell, sendMail, signUp, supplier, total } from "./shop.ts";

const NOW = Date.parse("2026-12-24T18:00:00Z");

describe("a test of tasks", () => {
  it("sees what was sent, and runs nothing by itself", async () => {
    using broker = testBroker(app, { now: NOW });
    await signUp.applyAsync({ args: ["ann@example.com"], priority: 3, expires: 60, headers: { from: "web" } });
    expect(broker.sent).toEqual([
      {
        id: "00000000-0000-8000-8000-000000000001",
        task: "users.sign_up",
        args: ["ann@example.com"],
        kwargs: {},
        options: { queue: "celery", priority: 3, expires: new Date(NOW + 60_000), headers: { from: "web" } },
      },
    ]);
    expect(broker.sentTo(sendMail)).toEqual([]);
  });

  it("runs what is due, and what that sends, and leaves what is for later", async () => {
    using broker = testBroker(app, { now: NOW });
    const result = await signUp.delay("ann@example.com");
    expect(await broker.run()).toBe(2);
    expect(await result.get()).toEqual({ address: "ann@example.com", since: new Date("2026-01-01T00:00:00Z") });
    const [welcome, question] = broker.sentTo("mail.send");
    expect(welcome).toMatchObject({ args: ["ann@example.com", "welcome"] });
    expect(question?.options.eta).toEqual(new Date(NOW + 86_400_000));
    expect(await app.AsyncResult(welcome?.id ?? "").get()).toBe("welcome to ann@example.com");
    expect(await app.AsyncResult(question?.id ?? "").state).toBe("PENDING");
  });

  it("moves the clock to let time pass", async () => {
    using broker = testBroker(app, { now: NOW });
    await signUp.delay("ann@example.com");
    await broker.run();
    expect(await broker.advance(86_399).run()).toBe(0);
    expect(await broker.advance(1).run()).toBe(1);
    expect(broker.now).toEqual(new Date(NOW + 86_400_000));
  });

  it("waits for a retry until the clock is there, with the state RETRY", async () => {
    using broker = testBroker(app, { now: NOW });
    supplier.failures = 2;
    const result = await order.applyAsync({ args: [5] });
    await broker.run();
    expect(await result.state).toBe("RETRY");
    await broker.advance(900).run();
    expect(await result.state).toBe("RETRY");
    await broker.advance(900).run();
    expect(await result.get()).toEqual({ count: 5, retries: 2 });
  });

  it("retries by the task's options and the configuration, a backoff by its whole wait", async () => {
    using broker = testBroker(app, { now: NOW, config: { task_annotations: { "orders.fetch": { max_retries: 1 } } } });
    const fetch = app.task(
      "orders.fetch",
      () => {
        throw new OutOfStock("busy");
      },
      { autoretryFor: [OutOfStock], retryBackoff: 7 },
    );
    const result = await fetch.delay();
    await broker.run();
    expect(await result.state).toBe("RETRY");
    expect(await broker.advance(6).run()).toBe(0);
    expect(await broker.advance(1).run()).toBe(1);
    expect(await result.get({ propagate: false })).toMatchObject({ name: "OutOfStock" });
  });

  it("feels the time limits of what runs while the clock is moved", async () => {
    using broker = testBroker(app, { now: NOW });
    const wait = app.task(
      "wait",
      async ({ signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        return String(signal.reason);
      },
      { bind: true, softTimeLimit: 30 },
    );
    const result = await wait.delay();
    const running = broker.run();
    await Promise.resolve();
    broker.advance(30);
    await running;
    expect(await result.get()).toContain("SoftTimeLimitExceeded");
  });

  it("runs everything to its end at one call, the clock with it", async () => {
    using broker = testBroker(app, { now: NOW });
    supplier.failures = 1;
    const result = await order.applyAsync({ args: [5] });
    await signUp.delay("ann@example.com");
    expect(await broker.runAll()).toBe(5);
    expect(await result.get()).toEqual({ count: 5, retries: 1 });
    expect(broker.now).toEqual(new Date(NOW + 86_400_000));
  });

  it("runs what is due for who waits for a result, in tasks too", async () => {
    using _broker = testBroker(app);
    expect(await (await sendMail.delay("a", "hello")).get({ timeout: 5 })).toBe("hello to a");
    expect(await (await total.delay([1, 2, 3])).get()).toBe(3);
  });

  it("does not wait for what the clock never comes to, and says so", async () => {
    using _broker = testBroker(app);
    const later = await sendMail.applyAsync({ args: ["a", "hello"], countdown: 60 });
    await expect(later.get()).rejects.toThrow("is PENDING and due in 60 s, and the clock of a test stands still: move it with advance(60)");
    await expect(later.get({ timeout: 0 })).rejects.toThrow("did not end within 0 s");
  });

  it("throws from get() what a task threw, by its name, as through any wire", async () => {
    using broker = testBroker(app);
    const result = await sell.delay(3);
    expect(await broker.run()).toBe(1);
    await expect(result.get()).rejects.toMatchObject({ name: "OutOfStock", message: "3 are too many" });
    expect(await result.failed()).toBe(true);
    expect(() => sell(3)).toThrow(OutOfStock);
  });

  it("revokes what has expired before it ran", async () => {
    using broker = testBroker(app);
    const result = await sendMail.applyAsync({ args: ["a", "hello"], expires: 60 });
    await broker.advance(60).run();
    await expect(result.get()).rejects.toMatchObject({ name: "TaskRevokedError", message: "expired" });
  });

  it("runs the urgent before the old, and the old before the new", async () => {
    using broker = testBroker(app, { eager: false });
    const ran: string[] = [];
    const off = app.task("note", (what: string) => void ran.push(what));
    await off.delay("old");
    await off.delay("new");
    await off.applyAsync({ args: ["urgent"], priority: 9 });
    await broker.run();
    expect(ran).toEqual(["urgent", "old", "new"]);
  });

  it("answers a repeat under an idempotency key with the first, and refuses an id twice", async () => {
    using broker = testBroker(app);
    const first = await sendMail.applyAsync({ args: ["a", "b"], idempotencyKey: "k" });
    expect((await sendMail.applyAsync({ args: ["a", "b"], idempotencyKey: "k" })).id).toBe(first.id);
    await expect(sendMail.applyAsync({ args: ["a", "c"], idempotencyKey: "k" })).rejects.toMatchObject({ code: "idempotency_mismatch" });
    const taskId = "00000000-0000-4000-8000-00000000abcd";
    await sendMail.applyAsync({ args: ["a", "b"], taskId });
    await expect(sendMail.applyAsync({ args: ["a", "b"], taskId })).rejects.toMatchObject({ code: "task_id_taken" });
    expect(broker.sent).toHaveLength(2);
  });

  it("runs calls where they are made when it is eager, and still has them on record", async () => {
    using broker = testBroker(app, { eager: true });
    supplier.failures = 1;
    const result = await order.applyAsync({ args: [1], countdown: 3600 });
    expect(await result.ready()).toBe(true);
    expect(await result.get()).toEqual({ count: 1, retries: 1 });
    await signUp.delay("ann@example.com");
    expect(broker.sent.map((call) => call.task)).toEqual(["orders.place", "users.sign_up", "mail.send", "mail.send"]);
  });

  it("hands handlers the bindings, and reads the configuration as it is deployed", async () => {
    using broker = testBroker(app, { env: { KEY: "value" }, config: { task_queues: ["mail"], timezone: "Asia/Shanghai" } });
    const tell = app.task("tell", ({ env }) => env, { bind: true, queue: "mail" });
    expect(await (await tell.delay()).get()).toEqual({ KEY: "value" });
    expect(broker.sent[0]?.options.queue).toBe("mail");
    await expect(sendMail.applyAsync({ args: ["a", "b"], queue: "mial" })).rejects.toThrow("did you mean 'mail'?");
    expect(() => testBroker(app, { config: { task_queue: [] } })).toThrow("did you mean 'task_queues'?");
  });

  it("starts anew for each test, and leaves the app as it was", async () => {
    {
      using broker = testBroker(app);
      await sendMail.delay("a", "b");
      broker.clear();
      expect(broker.sent).toEqual([]);
    }
    await expect(sendMail.delay("a", "b")).rejects.toThrow("is not connected to a broker");
  });

  it("shows the progress of a task while it runs, and what it left after Ignore", async () => {
    using broker = testBroker(app);
    const seen: unknown[] = [];
    const count = app.task(
      "count",
      async ({ request, updateState }) => {
        seen.push(
          await app.AsyncResult(request.id).state,
          await updateState({ meta: { done: 1 } }),
          await app.AsyncResult(request.id).state,
        );
      },
      { bind: true },
    );
    await count.delay();
    await broker.run();
    expect(seen).toEqual(["STARTED", true, "PROGRESS"]);
  });

  it("calls hooks, and says that it is the worker that runs", async () => {
    using broker = testBroker(app);
    const told: unknown[] = [];
    const hooked = app.task("hooked", ({ request }) => [request.isEager, request.hostname, request.queue], {
      bind: true,
      afterReturn: (status, value) => told.push([status, value]),
    });
    await hooked.delay();
    await broker.run();
    expect(told).toEqual([["SUCCESS", [false, "celeriac@test", "celery"]]]);
  });

  it("stops what has no end", async () => {
    using broker = testBroker(app);
    const again = app.task("again", async (): Promise<void> => void (await again.delay()));
    await again.delay();
    await expect(broker.run()).rejects.toThrow("10000 attempts were made and there is no end");
  });

  it.each(["soon", Number.NaN])("refuses %s as the time", (now) => {
    expect(() => testBroker(app, { now })).toThrow("now: expected a Date");
  });
});
