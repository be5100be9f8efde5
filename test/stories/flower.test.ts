import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metricFaults, PROMTOOL, promtool } from "../http/metrics-check.ts";
import { endRunners, startRunner } from "./runner.ts";

const WORKER = "celeriac@edge";
let url = "";

beforeAll(async () => {
  const config = join(import.meta.dirname, "conformance/wrangler.toml");
  ({ url } = await startRunner({ config, args: ["--ticks-per-minute", "0"] }));
});
afterAll(endRunners);

type Answer = Record<string, unknown>;

async function get(path: string): Promise<Answer> {
  const answer = await fetch(url + path);
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
  return answer.json() as Promise<Answer>;
}

/** A form, as curl's `-d` and Python's `requests` send it. */
async function form(path: string, fields: Record<string, string> = {}): Promise<Answer> {
  return (await fetch(url + path, { method: "POST", body: new URLSearchParams(fields) })).json() as Promise<Answer>;
}

/** A submission; answers the task's id. */
async function submit(path: string, body: unknown = {}): Promise<string> {
  const answer = await fetch(`${url}/api/task/${path}`, { method: "POST", body: JSON.stringify(body) });
  return ((await answer.json()) as { "task-id": string })["task-id"];
}

const result = (id: string, timeout = 10) => get(`/api/task/result/${id}?timeout=${timeout}`);
const info = (id: string) => get(`/api/task/info/${id}`);

/** The values of `/metrics`, by name and labels. */
async function scrape(): Promise<{ text: string; values: Map<string, number> }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return { text, values: new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))])) };
}

/** Scrapes until consumers hold so many tasks. */
async function untilExecuting(count: number): Promise<void> {
  const name = `flower_worker_number_of_currently_executing_tasks{worker="${WORKER}"}`;
  while ((await scrape()).values.get(name) !== count) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("Flower's API on the real runner (FLOWER.md 5.1 and 5.3)", () => {
  it("X2 apply answers a success and a failure", async () => {
    const apply = async (task: string, args: unknown[]) => {
      const answer = await fetch(`${url}/api/task/apply/${task}`, { method: "POST", body: JSON.stringify({ args }) });
      return [answer.status, await answer.json()];
    };
    expect(await apply("rows.add", [1, 2])).toEqual([200, { "task-id": expect.any(String), result: 3, state: "SUCCESS" }]);
    expect(await apply("rows.fail", [])).toEqual([
      200,
      {
        "task-id": expect.any(String),
        result: "ExpectedError('Task expected to fail')",
        traceback: expect.stringContaining("ExpectedError"),
        state: "FAILURE",
      },
    ]);
  });

  it("X5 keeps the caller's id, under which a task that waits is seen before any consumer took it", async () => {
    const id = crypto.randomUUID();
    await submit("async-apply/rows.add", { args: [1, 2], task_id: id, countdown: "600", queue: "ordered", unknown_option: 1 });
    expect(await info(id)).toMatchObject({
      uuid: id,
      name: "rows.add",
      state: "PENDING",
      routing_key: "ordered",
      args: "[1, 2]",
      worker: null,
    });
    await form(`/api/task/revoke/${id}`);
    expect(await info(id)).toMatchObject({ state: "REVOKED", revoked: expect.any(Number) });
  });

  it("shows a success from its submit to its end", async () => {
    const id = await submit("async-apply/rows.add", { args: [2, 3], kwargs: {} });
    expect(await result(id)).toEqual({ "task-id": id, result: 5, state: "SUCCESS" });
    const task = await info(id);
    expect(task).toMatchObject({ state: "SUCCESS", result: "5", args: "[2, 3]", kwargs: "{}", worker: WORKER, root: id, children: [] });
    const times = [task.sent, task.received, task.started, task.succeeded] as number[];
    expect(times.toSorted((one, other) => one - other)).toEqual(times);
  });

  it("send-task of a name that no consumer knows ends as FAILURE NotRegistered", async () => {
    const id = await submit("send-task/rows.nobody_knows");
    expect(await result(id)).toMatchObject({ state: "FAILURE", result: expect.stringMatching(/^NotRegistered\(/) });
    expect(await info(id)).toMatchObject({ exception: expect.stringMatching(/^NotRegistered\(/) });
  });

  it("X7 shows a task that expired while its queue was cancelled", async () => {
    expect(await form(`/api/worker/queue/cancel-consumer/${WORKER}`, { queue: "held" })).toEqual({
      message: "no longer consuming from held",
    });
    const id = await submit("async-apply/rows.add", { args: [1, 1], queue: "held", expires: 0.001 });
    const { active_queues: queues } = (await get("/api/workers?refresh=True"))[WORKER] as { active_queues: { name: string }[] };
    expect(queues.map(({ name }) => name)).not.toContain("held");
    await form(`/api/worker/queue/add-consumer/${WORKER}`, { queue: "held" });
    expect(await result(id)).toEqual({ "task-id": id, result: "TaskRevokedError('expired')", state: "REVOKED" });
  });

  it("X8 X9 terminates a task that runs, and aborts one", async () => {
    for (const path of ["revoke", "abort"]) {
      const id = await submit("async-apply/rows.until_aborted", { args: [`flower ${path}`] });
      await untilExecuting(1);
      await form(`/api/task/${path}/${id}`, { terminate: "True" });
      expect(await result(id)).toEqual({ "task-id": id, result: "TaskRevokedError('terminated')", state: "REVOKED" });
      expect(await info(id)).toMatchObject({ state: "REVOKED", worker: WORKER, revoked: expect.any(Number) });
      await untilExecuting(0);
    }
  });

  it("X10 shows a retry with its eta and error, and the failure when there is none left", async () => {
    const args = ["a", "b"];
    const waits = await submit("async-apply/rows.retry_unserialisable", { args });
    const fails = await submit("async-apply/rows.retry_unserialisable", { args, max_retries: 0 });
    expect(await result(fails)).toMatchObject({ state: "FAILURE", result: "UnserialisableError('a, b')" });
    const task = await info(waits);
    expect(task).toMatchObject({ state: "RETRY", retries: 1, exception: "UnserialisableError('a, b')", traceback: expect.any(String) });
    expect(Date.parse(String(task.eta))).toBeGreaterThan(Date.now());
    expect(await result(waits, 0)).toEqual({ "task-id": waits, state: "RETRY" });
    await form(`/api/task/revoke/${waits}`);
  });

  it("X11 shows parent, root and children of tasks that tasks call", async () => {
    const id = await submit("async-apply/rows.family", { args: [1] });
    const { child } = (await result(id)).result as { child: string };
    await result(child);
    expect(await info(id)).toMatchObject({ root: id, parent: null, children: [child] });
    expect(await info(child)).toMatchObject({ root: id, root_id: id, parent: id, parent_id: id, children: [] });
  });

  it("gives an exporter the length of each queue (flower-prometheus-exporter, keda-celery-flower-scaler)", async () => {
    await form(`/api/worker/queue/cancel-consumer/${WORKER}`, { queue: "paused" });
    const ids = await Promise.all([1, 2, 3].map((x) => submit("async-apply/rows.add", { args: [x, x], queue: "paused" })));
    const { active_queues: queues } = (await get("/api/queues/length")) as { active_queues: { name: string; messages: number }[] };
    expect(queues.find(({ name }) => name === "paused")).toMatchObject({ messages: 3, messages_ready: 3, consumers: 0 });
    expect((await scrape()).values.get('celeriac_queue_length_tasks{queue="paused"}')).toBe(3);
    await form(`/api/worker/queue/add-consumer/${WORKER}`, { queue: "paused" });
    for (const [index, id] of ids.entries()) expect((await result(id)).result).toBe(2 * (index + 1));
  });

  it("gives Prometheus Flower's metrics of what has run here", async () => {
    const { text, values } = await scrape();
    expect(metricFaults(text)).toEqual([]);
    if (PROMTOOL) expect(promtool(text)).toBe("");
    const labels = `task="rows.add",worker="${WORKER}"`;
    const succeeded = values.get(`flower_events_total{task="rows.add",type="task-succeeded",worker="${WORKER}"}`);
    expect(succeeded).toBeGreaterThanOrEqual(5);
    expect(values.get(`flower_task_runtime_seconds_count{${labels}}`)).toBe(succeeded);
    expect(values.get(`flower_worker_online{worker="${WORKER}"}`)).toBe(1);
    expect(values.get('celeriac_task_retries_total{task="rows.retry_unserialisable"}')).toBe(1);
    expect(values.get('flower_events_total{task="other",type="task-failed",worker="celeriac@edge"}')).toBe(1);
    expect(values.get("celeriac_beat_lag_seconds")).toBe(0);
  });

  it("M11 C3 answers the healthcheck while a call waits for its task", async () => {
    const waiting = fetch(`${url}/api/task/apply/rows.sleeping`, { method: "POST", body: '{"args":[0.2]}' });
    const healthy = await fetch(`${url}/healthcheck`);
    expect([healthy.status, await healthy.text()]).toEqual([200, "OK"]);
    expect(await (await waiting).json()).toMatchObject({ state: "SUCCESS", result: 0.2 });
  });
});
