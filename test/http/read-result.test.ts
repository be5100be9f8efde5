import { describe, expect, it } from "vitest";
import { idAt, problemOf, recordOf, setup } from "./setup.ts";

const PATH = `/v1/results/${idAt(0)}`;

describe("GET /v1/results/{task_id}", () => {
  it("answers the result document", async () => {
    const { send, broker } = setup();
    broker.lookup = { found: true, record: recordOf() };
    const answer = await send(PATH);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
    expect(await answer.json()).toMatchObject({ task_id: idAt(0), status: "SUCCESS", result: 5, args: [2, 3] });
    expect(broker.lookups).toEqual([{ id: idAt(0), waitSeconds: 0 }]);
  });

  it("is 304 to who has a final result, and tags none that may still change", async () => {
    const { send, broker } = setup();
    broker.lookup = { found: true, record: recordOf() };
    const etag = (await send(PATH)).headers.get("etag") ?? "";
    const again = await send(PATH, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    broker.lookup = { found: true, record: recordOf({ result: "6" }) };
    expect((await send(PATH, { headers: { "if-none-match": etag } })).status).toBe(200);
    broker.lookup = { found: true, record: recordOf({ state: "PENDING", result: null, doneAt: null }) };
    const waiting = await send(PATH, { headers: { "if-none-match": "*" } });
    expect([waiting.status, waiting.headers.get("etag"), waiting.headers.get("cache-control")]).toEqual([200, null, "no-store"]);
  });

  it("tells each attempt where it is asked to", async () => {
    const { send, broker } = setup();
    const past = [{ state: "RETRY" as const, worker: "celeriac@a", startedAt: 1_000, endedAt: 2_000, error: "Busy: later" }];
    broker.lookup = { found: true, record: recordOf({ past, startedAt: 5_000, doneAt: 6_000, worker: "celeriac@b" }) };
    expect(await (await send(PATH)).json()).not.toHaveProperty("attempts");
    expect(await (await send(`${PATH}?attempts=true`)).json()).toMatchObject({
      task_id: idAt(0),
      attempts: [
        {
          status: "RETRY",
          worker: "celeriac@a",
          date_started: "1970-01-01T00:00:01.000Z",
          date_done: "1970-01-01T00:00:02.000Z",
          error: "Busy: later",
        },
        {
          status: "SUCCESS",
          worker: "celeriac@b",
          date_started: "1970-01-01T00:00:05.000Z",
          date_done: "1970-01-01T00:00:06.000Z",
          error: null,
        },
      ],
    });
    expect(await problemOf(await send(`${PATH}?attempts=perhaps`))).toMatchObject({
      status: 422,
      detail: expect.stringContaining("expected true or false"),
    });
  });

  it("waits up to 60 seconds, and answers 200 whatever the state then is", async () => {
    const { send, broker } = setup();
    broker.lookup = { found: true, record: recordOf({ state: "PENDING", result: null, doneAt: null }) };
    expect((await send(`${PATH}?wait=5`)).status).toBe(200);
    expect((await send(`${PATH}?wait=61`)).status).toBe(200);
    expect(broker.lookups.map((lookup) => lookup.waitSeconds)).toEqual([5, 60]);
    expect((await problemOf(await send(`${PATH}?wait=x`))).status).toBe(422);
  });

  it("answers 404 for an id never given, and 410 for one whose result has expired", async () => {
    const { send, broker } = setup();
    expect(await problemOf(await send(PATH))).toMatchObject({ status: 404, type: "urn:celeriac:problem:unknown-id" });
    broker.lookup = { found: false, why: "expired" };
    expect(await problemOf(await send(PATH))).toMatchObject({ status: 410, type: "urn:celeriac:problem:expired" });
  });

  it.each(["5", "%00", "..%2f..%2fetc", "x".repeat(9000), `${idAt(0)}0`])(
    "answers 404 for what is no id, without asking the broker",
    async (id) => {
      const { send, broker } = setup();
      const problem = await problemOf(await send(`/v1/results/${id}`));
      expect(problem.status).toBe(404);
      expect(problem.detail).toContain("not a task id: expected a UUID");
      expect(broker.lookups).toEqual([]);
    },
  );

  it("finds an id in capitals", async () => {
    const { send, broker } = setup();
    await send("/v1/results/ABCDEF00-0000-8000-8000-000000000000");
    expect(broker.lookups[0]?.id).toBe("abcdef00-0000-8000-8000-000000000000");
  });
});
