import { describe, expect, it } from "vitest";
import { idAt, problemOf, setup } from "./setup.ts";

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
  it("revokes what a filter means, and answers how many", async () => {
    const { post, broker } = setup();
    broker.matches = 7;
    const since = "2026-11-22T10:00:00Z";
    const answer = await post("/v1/results/revoke", { status: "PENDING", name: "tasks.add", queue: "slow", since, terminate: true });
    expect([answer.status, await answer.json()]).toEqual([202, { count: 7, dry_run: false }]);
    await post("/v1/results/revoke", { status: ["STARTED", "RETRY"], until: since, dry_run: true });
    expect(broker.filters).toEqual([
      { filter: { status: ["PENDING"], name: "tasks.add", queue: "slow", since: Date.parse(since) }, terminate: true, dryRun: false },
      { filter: { status: ["STARTED", "RETRY"], until: Date.parse(since) }, terminate: false, dryRun: true },
    ]);
  });

  it("refuses a filter that means everything, and names all that is wrong with one", async () => {
    const { post, send, broker } = setup();
    expect((await problemOf(await send("/v1/results/revoke", { method: "POST" }))).detail).toContain("at least one of");
    const bad = { status: "SUCCESS", name: 5, queue: "", since: "yesterday", dry_run: 1 };
    expect((await problemOf(await post("/v1/results/revoke", bad))).paths).toEqual(["name", "queue", "since", "status", "dry_run"]);
    expect(broker.filters).toEqual([]);
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
