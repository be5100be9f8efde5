import { describe, expect, it } from "vitest";
import { idAt, NOW, recordOf, setup } from "./setup.ts";

const task = {
  record: recordOf({ id: idAt(3), state: "PENDING", doneAt: null, eta: NOW + 60_000 }),
  priority: 4,
  attempts: 2,
  grantedAt: NOW,
};
const request = {
  id: idAt(3),
  name: "tasks.add",
  args: [2, 3],
  kwargs: {},
  type: "tasks.add",
  hostname: "celeriac@edge",
  time_start: NOW / 1000,
  acknowledged: false,
  delivery_info: { exchange: "", routing_key: "celery", priority: 4, redelivered: true },
  worker_pid: null,
};

async function inspected(what: string): Promise<unknown> {
  const { broker, send } = setup();
  broker.looks.inspected = [task];
  broker.looks.list = { records: [recordOf({ id: idAt(8), state: "REVOKED" })], cursor: null };
  const answer = await send(`/v1/inspect/${what}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Record<string, unknown>)["celeriac@edge"];
}

describe("GET /v1/inspect", () => {
  it("shows tasks as Celery's requests", async () => {
    expect(await inspected("active")).toEqual([request]);
    expect(await inspected("reserved")).toEqual([]);
    expect(await inspected("scheduled")).toEqual([{ eta: "2026-11-22T14:01:00.000Z", priority: 4, request }]);
  });

  it("shows revoked ids, names, settings, and that it is there", async () => {
    expect(await inspected("revoked")).toEqual([idAt(8)]);
    expect(await inspected("registered")).toEqual(["tasks.add", "tasks.any", "tasks.print_task"]);
    expect(await inspected("conf")).toMatchObject({ timezone: "Asia/Shanghai", task_queues: ["celery", "slow"], worker_concurrency: 100 });
    expect(await inspected("ping")).toEqual({ ok: "pong" });
  });

  it("is what Flower's worker shows", async () => {
    const { broker, send } = setup();
    broker.looks.inspected = [task];
    const document = (await (await send("/api/workers")).json()) as Record<string, { active: unknown; scheduled: unknown[] }>;
    expect(document["celeriac@edge"]?.active).toEqual([request]);
    expect(document["celeriac@edge"]?.scheduled).toHaveLength(1);
  });
});
