import { describe, expect, it } from "vitest";
import { JOB_ID } from "./fake-looks.ts";
import { idAt, NOW, problemOf, setup } from "./setup.ts";

const ONE = `/v1/results/${idAt(0)}/revoke`;

describe("POST /v1/results/{task_id}/revoke", () => {
  it("revokes a task, and with terminate one that runs", async () => {
    const { send, post, broker } = setup();
    const answer = await send(ONE, { method: "POST" });
    expect([answer.status, await answer.json()]).toEqual([200, { task_id: idAt(0), revocation: "revoked" }]);
    broker.revocation = "terminated";
    expect(await (await post(ONE, { terminate: true })).json()).toMatchObject({ revocation: "terminated" });
    expect(broker.revokes).toEqual([
      { ids: [idAt(0)], terminate: false },
      { ids: [idAt(0)], terminate: true },
    ]);
  });

  it("answers 404 for an id that was never given or is none, 410 for one whose result has expired", async () => {
    const { send, broker } = setup();
    const statusOf = async (path: string) => (await problemOf(await send(path, { method: "POST" }))).status;
    broker.revocation = "unknown";
    expect([await statusOf(ONE), await statusOf("/v1/results/5/revoke")]).toEqual([404, 404]);
    broker.revocation = "expired";
    expect(await statusOf(ONE)).toBe(410);
  });

  it("refuses what is no option, and a terminate that is neither true nor false", async () => {
    const { post, broker } = setup();
    expect(await problemOf(await post(ONE, { terminate: "yes" }))).toMatchObject({ status: 422, paths: ["terminate"] });
    expect(await problemOf(await post(ONE, { signal: "KILL" }))).toMatchObject({ status: 422, paths: ["signal"] });
    expect(await problemOf(await post(ONE, "[1]"))).toMatchObject({ status: 422 });
    expect(broker.revokes).toEqual([]);
  });

  it.each([ONE, "/v1/results/revoke", "/v1/queues/celery/purge"])("needs a key with the scope control: %s", async (path) => {
    const { send } = setup({ CELERIAC_KEYS: "k:submit+read,c:control" });
    const as = (key: string) => send(path, { method: "POST", headers: { authorization: `Bearer ${key}` } });
    expect((await problemOf(await as("k"))).status).toBe(403);
    expect((await as("c")).status).not.toBe(403);
  });
});

describe("POST /v1/results/revoke", () => {
  it("begins a job that revokes what a filter means, and tells how far it is", async () => {
    const { post, send, broker } = setup();
    const since = "2026-11-22T10:00:00Z";
    const answer = await post("/v1/results/revoke", { status: "PENDING", name: "tasks.add", queue: "slow", since, terminate: true });
    const job = { id: JOB_ID, kind: "revoke", dry_run: false, count: null, done: 3, date_done: null };
    expect([answer.status, answer.headers.get("location"), await answer.json()]).toEqual([202, `/v1/jobs/${JOB_ID}`, job]);
    broker.looks.progress = { done: 7, doneAt: NOW };
    const progress = await send(`/v1/jobs/${JOB_ID}`);
    expect(await progress.json()).toEqual({ ...job, count: 7, done: 7, date_done: "2026-11-22T14:00:00.000Z" });
    await post("/v1/results/revoke", { status: ["STARTED", "RETRY"], until: since, dry_run: true });
    expect(broker.looks.jobs).toEqual([
      {
        kind: "revoke",
        filter: { status: ["PENDING"], name: "tasks.add", queue: "slow", since: Date.parse(since) },
        terminate: true,
        dryRun: false,
      },
      { kind: "revoke", filter: { status: ["STARTED", "RETRY"], until: Date.parse(since) }, terminate: false, dryRun: true },
    ]);
  });

  it("refuses a filter that means everything, and names all that is wrong with one", async () => {
    const { post, send, broker } = setup();
    expect((await problemOf(await send("/v1/results/revoke", { method: "POST" }))).detail).toContain("at least one of");
    const bad = { status: "SUCCESS", name: 5, queue: "", since: "yesterday", dry_run: 1 };
    expect((await problemOf(await post("/v1/results/revoke", bad))).paths).toEqual(["name", "queue", "since", "status", "dry_run"]);
    expect(broker.looks.jobs).toEqual([]);
  });
});

describe("POST /v1/results/retry and /forget", () => {
  it.each(["retry", "forget"] as const)("begins a job on what has ended: %s", async (kind) => {
    const { post, broker } = setup();
    expect((await post(`/v1/results/${kind}`, { status: ["FAILURE", "REVOKED"], dry_run: true })).status).toBe(202);
    expect(broker.looks.jobs).toEqual([{ kind, filter: { status: ["FAILURE", "REVOKED"] }, terminate: false, dryRun: true }]);
    expect((await problemOf(await post(`/v1/results/${kind}`, { status: "PENDING", terminate: true }))).status).toBe(422);
    expect((await problemOf(await post(`/v1/results/${kind}`, { status: "PENDING" }))).paths).toEqual(["status"]);
  });

  it("knows no other job", async () => {
    const { send } = setup();
    expect((await problemOf(await send("/v1/jobs/x"))).status).toBe(404);
    expect((await problemOf(await send(`/v1/jobs/${idAt(1)}`))).status).toBe(404);
  });
});

describe("POST /v1/results/{task_id}/retry", () => {
  it("answers as a submit does, with the new task's id", async () => {
    const { post } = setup();
    const answer = await post(`/v1/results/${idAt(1)}/retry`, {});
    const task_id = "00000000-0000-8000-8000-0000000000aa";
    expect([answer.status, answer.headers.get("location"), await answer.json()]).toEqual([
      202,
      `/v1/results/${task_id}`,
      { task_id, status: "PENDING" },
    ]);
  });

  it("says why a task does not run again", async () => {
    const { post, broker } = setup();
    const statuses = { unknown: 404, expired: 410, unfinished: 409, too_large: 413 } as const;
    for (const why of Object.keys(statuses) as (keyof typeof statuses)[]) {
      broker.looks.rerunAnswer = { ok: false, why };
      expect((await post(`/v1/results/${idAt(1)}/retry`, {})).status).toBe(statuses[why]);
    }
    broker.looks.rerunAnswer = { ok: false, code: "backlog_full", index: 0, message: "full" };
    expect((await post(`/v1/results/${idAt(1)}/retry`, {})).status).toBe(429);
    expect((await post(`/v1/results/${idAt(1)}/retry`, { at: 1 })).status).toBe(422);
  });
});

describe("POST /v1/queues/{queue}/purge", () => {
  it("ends what waits in the queue, and answers how many", async () => {
    const { send, broker } = setup();
    broker.matches = 3;
    const answer = await send("/v1/queues/slow/purge", { method: "POST" });
    expect([answer.status, await answer.json(), broker.purged]).toEqual([200, { queue: "slow", purged: 3 }, ["slow"]]);
    expect((await problemOf(await send("/v1/queues/slow/purge"))).status).toBe(405);
  });
});
