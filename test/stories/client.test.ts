import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/client/client.ts";
import type * as tasks from "../../src/tasks.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

let runner: Runner;
let client: Client<typeof tasks>;

beforeAll(async () => {
  runner = await startRunner();
  client = new Client<typeof tasks>({ url: runner.url });
});
afterAll(endRunners);

describe("another program's client, over Node's fetch", () => {
  it("calls a task and waits for what it returns", async () => {
    expect(await client.health()).toBe(true);
    const result = await client.task("tasks.add").delay(2, 3);
    expect(await result.get({ timeout: 10 })).toBe(5);
    expect([await result.state, await result.args, await result.retries]).toEqual(["SUCCESS", [2, 3], 0]);
    await result.forget();
    await expect(client.AsyncResult(result.id).get()).rejects.toMatchObject({ code: "result_expired" });
  });

  it("sends many calls at once and reads each of their results", async () => {
    const results = await client.submit(Array.from({ length: 200 }, (_, x) => ({ task: "tasks.add" as const, args: [x, 1] as const })));
    const sums = await Promise.all(results.map((result) => result.get({ timeout: 30 })));
    expect(sums).toEqual(Array.from({ length: 200 }, (_, x) => x + 1));
  });

  it("revokes what waits, and is told by the result", async () => {
    const result = await client.task("tasks.add").applyAsync({ args: [1, 1], countdown: 600 });
    expect(await result.revoke()).toBe("revoked");
    await expect(result.get({ timeout: 5 })).rejects.toMatchObject({ name: "TaskRevokedError", message: "revoked" });
  });

  it("lists what there was, runs it again, and works on many", async () => {
    const result = await client.task("tasks.add").delay(20, 22);
    await result.get({ timeout: 10 });
    const list = client.results({ name: "tasks.add", status: ["SUCCESS"], limit: 1 });
    expect((await list.next()).value).toMatchObject({ state: "SUCCESS", args: [20, 22] });
    const again = await client.retry(result.id);
    expect([again.id === result.id, await again.get({ timeout: 10 })]).toEqual([false, 42]);
    const waiting = await client.task("tasks.add").applyAsync({ args: [1, 1], countdown: 600 });
    expect(await client.inspect("scheduled")).toMatchObject({ "celeriac@edge": [{ request: { id: waiting.id } }] });
    const job = await client.control.revokeWhere({ name: "tasks.add", status: "PENDING" });
    await expect.poll(async () => (await client.control.job(job.id)).count).toBe(1);
  });

  it("gives up a wait when it is told to", async () => {
    const controller = new AbortController();
    const waiting = await client
      .with({ signal: controller.signal })
      .task("tasks.add")
      .applyAsync({ args: [1, 1], countdown: 600 });
    const got = waiting.get();
    controller.abort(new Error("the user left"));
    await expect(got).rejects.toThrow("the user left");
  });

  it("tells a refusal by its class and names what is at fault", async () => {
    const untyped = new Client({ url: runner.url });
    await expect(untyped.task("tasks.ad").delay()).rejects.toMatchObject({
      name: "UnknownTaskProblem",
      detail: expect.stringContaining("tasks.add"),
    });
    await expect(untyped.task("tasks.add").applyAsync({ args: [1, 2], queue: "clery" })).rejects.toMatchObject({
      name: "UnknownQueueProblem",
      errors: [{ path: "queue" }],
    });
  });

  it("steers schedules and queues", async () => {
    const added = await client.schedules.put("client-story", { task: "tasks.add", schedule: { hour: 7 }, args: [1, 2] });
    expect(added).toMatchObject({ name: "client-story", enabled: true, nextRunAt: expect.any(Date) });
    expect(await (await client.schedules.run("client-story")).get({ timeout: 10 })).toBe(3);
    expect((await client.schedules.list()).map(({ name }) => name)).toContain("client-story");
    await client.schedules.delete("client-story");
    await client.control.pause("celery");
    const held = await client.task("tasks.add").delay(20, 3);
    expect((await client.queues()).find(({ queue }) => queue === "celery")).toMatchObject({ paused: true });
    await expect(held.get({ timeout: 0.1 })).rejects.toMatchObject({ name: "TimeoutError" });
    await client.control.resume("celery");
    expect(await held.get({ timeout: 10 })).toBe(23);
  });
});
