import { describe, expect, it } from "vitest";
import { Client } from "../../src/client/client.ts";
import { idAt, NOW } from "../http/setup.ts";
import { stage } from "./stage.ts";

/** A client whose deployment answers the same to everything, and what it was asked: method, path and body. */
function answered(answer: unknown) {
  const asked: string[] = [];
  const client = new Client({
    url: "http://queue",
    fetch: async (url, init) => {
      asked.push(`${init.method} ${url.slice("http://queue".length)} ${init.body ?? ""}`.trim());
      return new Response(JSON.stringify(answer));
    },
  });
  return { client, asked };
}

describe("control", () => {
  it("steers queues and rates", async () => {
    const { client, broker, sent } = stage();
    broker.matches = 3;
    await client.control.pause("slow");
    await client.control.resume("slow");
    await client.control.rateLimit("tasks.add", "10/m");
    await client.control.rateLimit({ name: "tasks.add" }, undefined);
    expect(broker.steered).toEqual(["pause slow", "resume slow", `limit tasks.add ${10 / 60}`, "limit tasks.add undefined"]);
    expect(await client.control.purge("slow")).toBe(3);
    expect(await client.control.purge()).toBe(6);
    expect(broker.purged).toEqual(["slow", "celery", "slow"]);
    await expect(client.control.pause("slwo")).rejects.toMatchObject({ code: "unknown_queue" });
    expect(sent[0]?.path).toBe("/v1/queues/slow/pause");
  });

  it("revokes tasks by their ids and by a filter", async () => {
    const { client, broker } = stage();
    expect(await client.control.revoke(idAt(1), { terminate: true })).toBe("revoked");
    expect(await client.control.revoke([idAt(1), idAt(2)])).toEqual(["revoked", "revoked"]);
    expect(broker.revokes.map(({ ids, terminate }) => [ids[0], terminate])).toEqual([
      [idAt(1), true],
      [idAt(1), false],
      [idAt(2), false],
    ]);
    broker.looks.progress = { done: 7, doneAt: NOW };
    const job = await client.control.revokeWhere({ name: "tasks.add", status: ["PENDING"], since: new Date(0) }, { dryRun: true });
    expect(job).toMatchObject({ count: 7, dryRun: true, dateDone: new Date(NOW) });
    expect(await client.control.job(job.id)).toEqual(job);
    expect(broker.looks.jobs).toEqual([
      { kind: "revoke", filter: { name: "tasks.add", status: ["PENDING"], since: 0 }, terminate: false, dryRun: true },
    ]);
    await expect(client.control.revokeWhere({})).rejects.toMatchObject({ code: "bad_option" });
  });

  it("asks for the rest as HTTP has it", async () => {
    const { client, asked } = answered({ count: 2, id: "job-1", task_id: idAt(3) });
    await client.control.timeLimit("tasks.add", { soft: 5, hard: null });
    await client.control.retryWhere({ status: "FAILURE" }, { dryRun: true });
    expect(await client.control.job("job-1")).toMatchObject({ count: 2 });
    expect((await client.retry(idAt(2))).id).toBe(idAt(3));
    await client.inspect("active");
    expect(asked).toEqual([
      'POST /v1/control/time_limit {"task":"tasks.add","soft":5,"hard":null}',
      'POST /v1/results/retry {"status":"FAILURE","dry_run":true}',
      "GET /v1/jobs/job-1",
      `POST /v1/results/${idAt(2)}/retry {}`,
      "GET /v1/inspect/active",
    ]);
  });
});

describe("what a deployment has", () => {
  it("is listed with its members in camelCase: queues and tasks", async () => {
    const { client } = stage();
    expect(await client.queues()).toEqual([
      { queue: "celery", ready: 0, scheduled: 0, active: 0, paused: false, oldestAge: null },
      { queue: "slow", ready: 0, scheduled: 0, active: 0, paused: false, oldestAge: null },
    ]);
    const tasks = await client.tasks();
    expect(tasks.map(({ name, doc, ignoreResult }) => [name, doc, ignoreResult])).toEqual([
      ["tasks.add", "Adds two numbers.", false],
      ["tasks.any", null, true],
      ["tasks.print_task", null, false],
    ]);
  });
});

describe("schedules", () => {
  const document = { name: "a b", task: "tasks.add", schedule: 7, enabled: true, source: "api", next_run_at: "2026-11-22T14:00:07.000Z" };
  const times = { last_run_at: null, total_run_count: 0, last_task_id: null, first_seen: "2026-11-22T14:00:00.000Z" };

  it("are read with their times as dates", async () => {
    const { client, asked } = answered({ schedules: [{ ...document, ...times }] });
    expect(await client.schedules.list()).toEqual([
      {
        ...{ name: "a b", task: "tasks.add", schedule: 7, enabled: true, source: "api", totalRunCount: 0, lastTaskId: null },
        ...{ nextRunAt: new Date("2026-11-22T14:00:07Z"), lastRunAt: null, firstSeen: new Date("2026-11-22T14:00:00Z") },
      },
    ]);
    expect(asked).toEqual(["GET /v1/schedules"]);
  });

  it("are written under the wire's names, arguments with Celery's tags", async () => {
    const { client, asked } = answered({ ...document, ...times, task_id: idAt(5) });
    await client.schedules.put("a b", { task: "tasks.add", schedule: { hour: 7 }, args: [new Date(0)], lastRunAt: "2026-01-01" });
    await client.schedules.get("a b");
    await client.schedules.enable("a b");
    await client.schedules.disable("a b");
    expect((await client.schedules.run("a b")).id).toBe(idAt(5));
    await client.schedules.delete("a b");
    const date = '{"__type__":"datetime","__value__":"1970-01-01T00:00:00+00:00"}';
    expect(asked).toEqual([
      `PUT /v1/schedules/a%20b {"task":"tasks.add","schedule":{"hour":7},"args":[${date}],"last_run_at":"2026-01-01"}`,
      "GET /v1/schedules/a%20b",
      "POST /v1/schedules/a%20b/enable {}",
      "POST /v1/schedules/a%20b/disable {}",
      "POST /v1/schedules/a%20b/run {}",
      "DELETE /v1/schedules/a%20b",
    ]);
  });

  it("are previewed", async () => {
    const { client } = stage();
    const fires = await client.schedules.preview("0 7 * * *", { timezone: "UTC", from: new Date("2026-11-22T00:00:00Z"), count: 2 });
    expect(fires).toEqual([new Date("2026-11-22T07:00:00Z"), new Date("2026-11-23T07:00:00Z")]);
    await expect(client.schedules.preview("0 7 *")).rejects.toMatchObject({ name: "BadScheduleProblem", code: "bad_schedule" });
  });
});
