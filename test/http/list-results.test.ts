import { describe, expect, it } from "vitest";
import { idAt, NOW, recordOf, setup } from "./setup.ts";

describe("GET /v1/results", () => {
  it("answers documents, newest first, and a cursor", async () => {
    const { broker, send } = setup();
    broker.looks.list = { records: [recordOf({ id: idAt(2) }), recordOf()], cursor: "0.7.1" };
    const answer = await send("/v1/results?limit=2");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      results: [{ task_id: idAt(2), status: "SUCCESS", result: 5 }, { task_id: idAt(0) }],
      cursor: "0.7.1",
    });
    expect(broker.looks.lists).toEqual([{ filter: {}, limit: 2, cursor: null }]);
  });

  it("tells the options of each call where it is asked to, as a call takes them", async () => {
    const { broker, send } = setup();
    const line = '{"task":"tasks.add","args":[2,3],"priority":7,"headers":{"from":"shop"}}';
    broker.looks.list = { records: [recordOf({ state: "PENDING", result: null, line, expires: NOW + 1_000 })], cursor: null };
    const read = async (query: string) => (await send(`/v1/results${query}`)).json();
    const options = { expires: "2026-11-22T14:00:01.000Z", priority: 7, headers: { from: "shop" } };
    expect(await read("?options=true")).toMatchObject({ results: [{ task_id: idAt(0), status: "PENDING", options }] });
    const [plain] = ((await read("?options=false")) as { results: object[] }).results;
    expect(Object.keys(plain ?? {})).not.toContain("options");
    expect((await send("/v1/results?options=yes")).status).toBe(422);
  });

  it("asks for what the query names, several states among them; times without an offset are of the deployment's zone", async () => {
    const { broker, send } = setup();
    const query = `status=failure&status=RETRY&name=tasks.add&queue=slow&root_id=${idAt(1)}&since=2026-11-22T22:00:00&until=2026-11-22T14:00:01Z&cursor=0.1.1`;
    expect(await (await send(`/v1/results?${query}`)).json()).toEqual({ results: [], cursor: null });
    const filter = { status: ["FAILURE", "RETRY"], name: "tasks.add", queue: "slow", rootId: idAt(1), since: NOW, until: NOW + 1000 };
    expect(broker.looks.lists).toEqual([{ filter, limit: 1_000, cursor: "0.1.1" }]);
  });

  it("refuses what it does not understand, all of it at once, and lists nothing", async () => {
    const { broker, send } = setup();
    const answer = await send("/v1/results?since=yesterday&state=FAILURE&queue=a&queue=b&name=");
    expect(answer.status).toBe(422);
    const { errors } = (await answer.json()) as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).toSorted()).toEqual(["name", "queue", "since", "state"]);
    expect((await send("/v1/results?limit=1001")).status).toBe(422);
    expect(broker.looks.lists).toEqual([]);
  });

  it("refuses a cursor that it has not given", async () => {
    const { broker, send } = setup();
    broker.looks.list = undefined;
    const answer = await send("/v1/results?cursor=x");
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ path: "cursor" }] });
  });
});
