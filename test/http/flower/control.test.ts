import { describe, expect, it } from "vitest";
import { idAt } from "../setup.ts";
import { asking, WORKER } from "./ask.ts";

const ID = idAt(4);

describe("control of workers (FLOWER.md 5.2)", () => {
  it("C1 answers 404 for an unknown worker, before anything else that is wrong", async () => {
    const { form, broker } = asking();
    for (const path of [
      "shutdown",
      "pool/restart",
      "pool/grow",
      "pool/shrink",
      "pool/autoscale",
      "queue/add-consumer",
      "queue/cancel-consumer",
    ]) {
      const answer = await form(`/api/worker/${path}/test`, { n: "x" });
      expect([path, answer.status, answer.text]).toEqual([path, 404, "Unknown worker 'test'"]);
    }
    expect(broker.steered).toEqual([]);
  });

  it("C2 C6 refuses shutdown and restart: there is no process to end", async () => {
    const { post } = asking();
    const shutdown = await post(`/api/worker/shutdown/${WORKER}`);
    expect([shutdown.status, shutdown.text]).toEqual([403, expect.stringMatching(/^Failed to shut down 'celeriac@edge': /)]);
    const restart = await post(`/api/worker/pool/restart/${WORKER}`);
    expect([restart.status, restart.text]).toEqual([
      403,
      "Failed to restart the 'celeriac@edge' pool: ValueError('Pool restarts not enabled')",
    ]);
  });

  it("C7 C8 C9 refuses to grow, shrink and autoscale the pool, which the platform scales, once the numbers are read", async () => {
    const { form, post } = asking();
    const scaled = "Cloudflare Queues starts and ends consumers by itself; their number is bounded by max_concurrency in wrangler.toml";
    const grow = await form(`/api/worker/pool/grow/${WORKER}`, { n: "3" });
    expect([grow.status, grow.text]).toEqual([403, `Failed to grow 'celeriac@edge' worker's pool: ${scaled}`]);
    const shrink = await post(`/api/worker/pool/shrink/${WORKER}`);
    expect([shrink.status, shrink.text]).toEqual([403, `Failed to shrink 'celeriac@edge' worker's pool: ${scaled}`]);
    const autoscale = await form(`/api/worker/pool/autoscale/${WORKER}`, { min: "2", max: "5" });
    expect([autoscale.status, autoscale.text]).toEqual([403, `Failed to autoscale 'celeriac@edge' worker: ${scaled}`]);
  });

  it.each([
    ["grow", { n: "three" }, "Invalid argument 'three' of type 'int'"],
    ["shrink", { n: "1.5" }, "Invalid argument '1.5' of type 'int'"],
    ["autoscale", { min: "2" }, "Missing argument 'max'"],
    ["autoscale", { min: "two", max: "5" }, "Invalid argument 'two' of type 'int'"],
  ])("C7 C8 C9 refuses what is no number with 400: %s %o", async (what, fields, text) => {
    const answer = await asking().form(`/api/worker/pool/${what}/${WORKER}`, fields);
    expect([answer.status, answer.text]).toEqual([400, text]);
  });

  it("C4 C5 answers 503 while the broker is down, 500 for what nobody expected, and says nothing of the cause", async () => {
    const { form, broker } = asking();
    broker.failure = Object.assign(new Error("down"), { retryable: true });
    const down = await form(`/api/task/revoke/${ID}`, {});
    expect([down.status, down.text]).toEqual([503, "Broker or result backend unavailable"]);
    broker.failure = new Error("a secret");
    const broken = await form(`/api/task/revoke/${ID}`, {});
    expect([broken.status, broken.text]).toEqual([500, "The cause is in the Worker's log."]);
  });

  it("C10 C11 resumes and pauses a queue", async () => {
    const { form, broker } = asking();
    expect((await form(`/api/worker/queue/add-consumer/${WORKER}`, { queue: "slow" })).json).toEqual({ message: "add consumer slow" });
    const cancelled = await form(`/api/worker/queue/cancel-consumer/${WORKER}`, { queue: "slow" });
    expect(cancelled.json).toEqual({ message: "no longer consuming from slow" });
    expect(broker.steered).toEqual(["resume slow", "pause slow"]);
  });

  it("refuses to consume from a queue that there is not, and has never consumed from it", async () => {
    const { form, broker } = asking();
    const added = await form(`/api/worker/queue/add-consumer/${WORKER}`, { queue: "nope" });
    expect([added.status, added.text]).toEqual([403, expect.stringMatching(/^Failed to add 'nope' consumer to 'celeriac@edge' worker: /)]);
    expect((await form(`/api/worker/queue/cancel-consumer/${WORKER}`, { queue: "nope" })).status).toBe(200);
    const missing = await form(`/api/worker/queue/add-consumer/${WORKER}`, {});
    expect([missing.status, missing.text]).toEqual([400, "Missing argument 'queue'"]);
    expect(broker.steered).toEqual([]);
  });

  it("C12 hands on a queue's name as it came, not HTML-escaped", async () => {
    const { form } = asking();
    expect((await form(`/api/worker/queue/cancel-consumer/${WORKER}`, { queue: "foo&bar" })).json).toEqual({
      message: "no longer consuming from foo&bar",
    });
  });
});

describe("rate limits (FLOWER.md 5.2)", () => {
  const limit = `/api/task/rate-limit/tasks.add`;

  it("L3 L4 sets the rate of a task, lasting", async () => {
    const { form, broker } = asking();
    for (const ratelimit of ["20", "12/m", "0"]) {
      expect((await form(limit, { workername: WORKER, ratelimit })).json).toEqual({ message: "new rate limit set successfully" });
    }
    expect((await form(`${limit}?ratelimit=4`, {})).status).toBe(200);
    expect(broker.steered).toEqual(["limit tasks.add 20", "limit tasks.add 0.2", "limit tasks.add null", "limit tasks.add 4"]);
  });

  it("L5 refuses what is no rate with 403, as a worker does", async () => {
    const { form, broker } = asking();
    const answer = await form(limit, { workername: WORKER, ratelimit: "fast" });
    expect([answer.status, answer.text]).toEqual([403, expect.stringMatching(/^Failed to set rate limit: 'Invalid rate limit string'/)]);
    expect(broker.steered).toEqual([]);
  });

  it("looks at its arguments first, then at the task, then at the worker", async () => {
    const { form } = asking();
    const text = async (path: string, fields: Record<string, string>) => {
      const answer = await form(path, fields);
      return `${answer.status} ${answer.text}`;
    };
    expect(await text("/api/task/rate-limit/nope", { workername: "nope" })).toBe("400 Missing argument 'ratelimit'");
    expect(await text("/api/task/rate-limit/nope", { workername: "nope", ratelimit: "1" })).toMatch(/^404 Unknown task 'nope'/);
    expect(await text(limit, { workername: "nope", ratelimit: "1" })).toBe("404 Unknown worker 'nope'");
  });
});

describe("time limits (FLOWER.md 5.2)", () => {
  const path = "/api/task/timeout/tasks.add";

  it("L1 sets the time limits of a task, lasting; with neither as it declares", async () => {
    const { form, broker } = asking();
    const all: Record<string, string>[] = [{ soft: "3.1", hard: "6.5" }, { hard: "60" }, {}];
    for (const fields of all) {
      expect((await form(path, { workername: WORKER, ...fields })).json).toEqual({ message: "time limits set successfully" });
    }
    expect(broker.steered).toEqual([
      "time limit tasks.add 3.1 6.5",
      "time limit tasks.add undefined 60",
      "time limit tasks.add undefined undefined",
    ]);
  });

  it("L2 refuses what is none with 403, and knows the task first, then the worker", async () => {
    const { form, broker } = asking();
    const text = async (at: string, fields: Record<string, string>) => {
      const answer = await form(at, fields);
      return `${answer.status} ${answer.text}`;
    };
    expect(await text(path, { workername: WORKER, soft: "7", hard: "6" })).toMatch(
      /^403 Failed to set timeouts: 'soft: soft_time_limit must be/,
    );
    expect(await text(path, { workername: WORKER, soft: "abc" })).toBe("400 Invalid argument 'abc' of type 'float'");
    expect(await text("/api/task/timeout/nope", { workername: "nope", soft: "1" })).toMatch(/^404 Unknown task 'nope'/);
    expect(await text(path, { workername: "nope", soft: "1" })).toBe("404 Unknown worker 'nope'");
    expect(broker.steered).toEqual([]);
  });
});

describe("revoke and abort (FLOWER.md 5.2, 5.3)", () => {
  it("R1 X6 revokes without parameters, and answers 200 for an id that nobody gave", async () => {
    const { post, broker } = asking();
    expect((await post(`/api/task/revoke/${ID}`)).json).toEqual({ message: `Revoked '${ID}'` });
    expect((await post("/api/task/revoke/whatever")).json).toEqual({ message: "Revoked 'whatever'" });
    expect(broker.revokes).toEqual([{ ids: [ID], terminate: false }]);
  });

  it.each(["True", "true", "1", "yes", "on"])("R2 terminates when told so: %s", async (terminate) => {
    const { form, broker } = asking();
    await form(`/api/task/revoke/${ID}`, { terminate });
    expect(broker.revokes).toEqual([{ ids: [ID], terminate: true }]);
  });

  it("reads the query and a multipart form too, the last of a name counts, and passes over JSON", async () => {
    const { ask, broker } = asking();
    const body = new FormData();
    body.set("terminate", "yes");
    await ask(`/api/task/revoke/${ID}?terminate=0`, { method: "POST", body });
    await ask(`/api/task/revoke/${ID}?terminate=0&terminate=1`, { method: "POST" });
    await ask(`/api/task/revoke/${ID}`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"terminate":true}' });
    expect(broker.revokes.map(({ terminate }) => terminate)).toEqual([true, true, false]);
  });

  it("R3 takes a signal, and refuses what looks like none", async () => {
    const { form, broker } = asking();
    expect((await form(`/api/task/revoke/${ID}`, { signal: "SIGUSR1", terminate: "1" })).status).toBe(200);
    expect((await form(`/api/task/revoke/${ID}`, { signal: "please" })).status).toBe(400);
    const bad = await form(`/api/task/revoke/${ID}`, { terminate: "maybe" });
    expect([bad.status, bad.text]).toEqual([400, "Invalid argument 'maybe' of type 'bool'"]);
    expect(broker.revokes).toEqual([{ ids: [ID], terminate: true }]);
  });

  it("X9 aborts a task by terminating it: its state is REVOKED, for ABORTED would not be final", async () => {
    const { post, broker } = asking();
    expect((await post(`/api/task/abort/${ID}`)).json).toEqual({ message: `Aborted '${ID}'` });
    expect(broker.revokes).toEqual([{ ids: [ID], terminate: true }]);
  });
});
