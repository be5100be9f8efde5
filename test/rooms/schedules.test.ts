import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OPEN, setup } from "../http/setup.ts";

// An hour ahead, so that no alarm fires by itself.
const START = Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START);
});

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const { send } = setup({ ...OPEN, BEAT: env.BEAT });

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? { method } : { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await send(path, init);
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const iso = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const alarmAt = () => runInDurableObject(env.BEAT.getByName("beat"), (_object, state) => state.storage.getAlarm());

/** Moves the clock to so many seconds after the start, and fires the alarm. */
async function fireAt(seconds: number): Promise<void> {
  vi.setSystemTime(START + seconds * 1000);
  expect(await runDurableObjectAlarm(env.BEAT.getByName("beat"))).toBe(true);
}

const entry = { task: "tasks.add", schedule: 7, args: [1, 2], description: "adds" };

describe("/v1/schedules", () => {
  it("lists the deployment's entries with what beat knows of them", async () => {
    const { status, body } = await ask("GET", "/v1/schedules");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schedules: [
        {
          name: "add-every-30-seconds",
          task: "tasks.add",
          schedule: 30,
          source: "wrangler.toml",
          enabled: true,
          next_run_at: iso(30),
          last_run_at: null,
          total_run_count: 0,
          last_task_id: null,
        },
        { name: "task2", schedule: { minutes: 1 } },
      ],
    });
  });

  it("lists them in parts, by name, and reads no other", async () => {
    for (const name of ["b", "task1", "z'"]) await ask("PUT", `/v1/schedules/${encodeURIComponent(name)}`, entry);
    const names: unknown[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await ask("GET", `/v1/schedules?limit=2${cursor}`);
      names.push(...(body.schedules as { name: string }[]).map(({ name }) => name));
      if (body.cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(String(body.cursor))}`;
    }
    expect(names).toEqual(["add-every-30-seconds", "b", "task1", "task2", "z'"]);
    for (const query of ["limit=0", "limit=1001", "limit=x"]) expect((await ask("GET", `/v1/schedules?${query}`)).status).toBe(422);
  });

  it("adds an entry that beat then sends on its second, and tells of it", async () => {
    expect(await ask("PUT", "/v1/schedules/mine", entry)).toMatchObject({ status: 201, body: { source: "http", next_run_at: iso(7) } });
    expect(await alarmAt()).toBe(START + 7_000);
    await fireAt(7);
    const { body } = await ask("GET", "/v1/schedules/mine");
    expect(body).toMatchObject({ ...entry, total_run_count: 1, last_run_at: iso(7), next_run_at: iso(14) });
    expect(body.last_task_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("replaces an entry, which goes on under the schedule it has and begins anew under another", async () => {
    await ask("PUT", "/v1/schedules/mine", entry);
    vi.setSystemTime(START + 5_000);
    expect(await ask("PUT", "/v1/schedules/mine", { ...entry, args: [3, 4] })).toMatchObject({
      status: 200,
      body: { args: [3, 4], next_run_at: iso(7) },
    });
    expect(await ask("PUT", "/v1/schedules/mine", { ...entry, schedule: 10 })).toMatchObject({ body: { next_run_at: iso(15) } });
  });

  it("rests an entry that is disabled, and does not make up for the time when it is enabled", async () => {
    await ask("PUT", "/v1/schedules/mine", entry);
    expect(await ask("POST", "/v1/schedules/mine/disable")).toMatchObject({ status: 200, body: { enabled: false, next_run_at: null } });
    vi.setSystemTime(START + 20_000);
    expect(await ask("POST", "/v1/schedules/mine/enable")).toMatchObject({
      body: { enabled: true, next_run_at: iso(27), total_run_count: 0 },
    });
  });

  it("runs an entry now, beside its schedule", async () => {
    const { status, body } = await ask("POST", "/v1/schedules/task2/run");
    expect(status).toBe(202);
    expect((await ask("GET", "/v1/schedules/task2")).body).toMatchObject({
      last_task_id: body.task_id,
      total_run_count: 1,
      next_run_at: iso(60),
    });
  });

  it("forgets an entry that is deleted", async () => {
    await ask("PUT", "/v1/schedules/mine", entry);
    expect((await ask("DELETE", "/v1/schedules/mine")).status).toBe(204);
    expect(await ask("GET", "/v1/schedules/mine")).toMatchObject({ status: 404, body: { type: "urn:celeriac:problem:unknown-schedule" } });
  });

  it("refuses to change what wrangler.toml says", async () => {
    for (const [method, path] of [
      ["PUT", ""],
      ["DELETE", ""],
      ["POST", "/disable"],
    ] as const) {
      const answer = await ask(method, `/v1/schedules/task2${path}`, method === "PUT" ? entry : undefined);
      expect(answer).toMatchObject({ status: 409, body: { type: "urn:celeriac:problem:schedule-read-only" } });
    }
  });

  it("refuses an entry with every fault and its place, and keeps the one that was there", async () => {
    await ask("PUT", "/v1/schedules/mine", entry);
    const answer = await ask("PUT", "/v1/schedules/mine", { task: "tasks.ad", schedule: { minute: "1,,2" }, catch_up: "some" });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        errors: [
          { path: "schedule", message: expect.stringContaining("minute: position 3: expected a number") },
          { path: "catch_up", message: expect.stringContaining('"all", "one" or "none"') },
          { path: "task", message: expect.stringContaining("did you mean 'tasks.add'?") },
        ],
      },
    });
    expect((await ask("GET", "/v1/schedules/mine")).body).toMatchObject(entry);
  });

  it("warns of an entry that can never fire", async () => {
    const answer = await ask("PUT", "/v1/schedules/mine", { ...entry, schedule: "0 0 31 feb *" });
    expect(answer).toMatchObject({
      status: 201,
      body: { next_run_at: null, warning: "this schedule can never fire: none of its months has such a day" },
    });
  });
});

describe("/v1/schedules/preview", () => {
  it("tells when a schedule will fire", async () => {
    const body = { schedule: "30 1 * * *", timezone: "America/New_York", from: "2024-11-01T12:00:00Z", count: 3 };
    expect((await ask("POST", "/v1/schedules/preview", body)).body).toEqual({
      fires: ["2024-11-02T05:30:00.000Z", "2024-11-03T05:30:00.000Z", "2024-11-04T06:30:00.000Z"],
    });
  });

  it("refuses what it cannot read, all faults at once", async () => {
    const answer = await ask("POST", "/v1/schedules/preview", { schedule: "* *", timezone: "Mars", from: "now", count: 0 });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string }[]).map((fault) => fault.path)).toEqual(["schedule", "timezone", "from", "count"]);
  });
});
