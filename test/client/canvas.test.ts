import { describe, expect, it } from "vitest";
import { Client } from "../../src/client/client.ts";
import { GroupResult } from "../../src/client/group-result.ts";
import { start } from "../../src/client/start.ts";
import { renderResult } from "../../src/core/wire/result-document.ts";
import { idAt, recordOf } from "../http/setup.ts";

/** A deployment that answers in turn, and what it was asked: method, path and body. */
function answering(...answers: string[]) {
  const asked: string[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url.slice("http://queue".length)} ${init.body ?? ""}`.trim());
    return new Response(answers.length > 1 ? answers.shift() : answers[0]);
  };
  return { client: new Client({ url: "http://queue", fetch }), asked };
}

const GROUP = idAt(90);
const member = (position: number, result: string) => renderResult(recordOf({ id: idAt(position), result }));
const standing = (ready: boolean) => `"ready":${ready},"successful":${ready},"failed":false,"completed_count":${ready ? 3 : 1},"count":3`;

describe("a canvas that the client sends", () => {
  it("goes as Celery's JSON, and answers the result of its last task", async () => {
    const { client, asked } = answering(`{"task_id":"${idAt(2)}","parent":{"task_id":"${idAt(1)}","parent":null}}`);
    const signature = { task: "tasks.add", args: [new Date(0)], kwargs: {}, options: {}, subtask_type: null, immutable: false };
    const result = await start(client, { toJSON: () => ({ ...signature, args: [2, 3] }) });
    expect(result?.id).toBe(idAt(2));
    await start(client, signature);
    expect(asked[0]).toBe(`POST /v1/canvas ${JSON.stringify({ ...signature, args: [2, 3] })}`);
    expect(asked[1]).toContain('"args":[{"__type__":"datetime","__value__":"1970-01-01T00:00:00+00:00"}]');
  });

  it("answers the result of a group with the way back, and null for a canvas of nothing", async () => {
    const tree = { group_id: GROUP, children: [], parent: { task_id: idAt(1), parent: null } };
    const result = await start(answering(JSON.stringify(tree)).client, { task: "celery.group" });
    expect(result).toBeInstanceOf(GroupResult);
    expect(result instanceof GroupResult && result.parent?.id).toBe(idAt(1));
    expect(await start(answering("null").client, { task: "celery.group" })).toBeNull();
  });

  it("is sent again under the same nonce where nobody knows what became of it", async () => {
    const sent: string[] = [];
    const fetch = async (_url: unknown, init?: RequestInit) => {
      sent.push(new Headers(init?.headers).get("Celeriac-Nonce") ?? "none");
      if (sent.length === 1) throw new TypeError("lost");
      return new Response("null", { status: 202, headers: { "content-type": "application/json" } });
    };
    expect(await start(new Client({ url: "http://queue", fetch }), { task: "tasks.add" })).toBeNull();
    const [nonce = "", ...rest] = (sent[0] ?? "").split(";");
    expect(nonce).toMatch(/^[0-9a-f-]{36}$/);
    expect(rest.join()).toContain("attempt=1");
    expect(sent[1]).toContain(`${nonce}; attempt=2`);
  });
});

describe("the result of a group", () => {
  it("is waited for, and read in order, page by page, members that are groups too", async () => {
    const inner = `{${standing(true)},"results":[${member(3, "30")}],"cursor":null}`;
    const { client, asked } = answering(
      `{${standing(false)},"results":[],"cursor":null}`,
      `{${standing(true)},"results":[${member(1, "10")}],"cursor":"1"}`,
      `{${standing(true)},"results":[${member(1, "10")},${member(2, "20")}],"cursor":"2"}`,
      `{${standing(true)},"results":[{"group_id":"${idAt(91)}"}],"cursor":null}`,
      inner,
    );
    expect(await new GroupResult(GROUP, client).get()).toEqual([10, 20, [30]]);
    expect(asked).toEqual([
      `GET /v1/groups/${GROUP}?wait=20&limit=1`,
      `GET /v1/groups/${GROUP}?wait=20&limit=1`,
      `GET /v1/groups/${GROUP}`,
      `GET /v1/groups/${GROUP}?cursor=2`,
      `GET /v1/groups/${idAt(91)}?wait=20&limit=1`,
      `GET /v1/groups/${idAt(91)}`,
    ]);
  });

  it("throws the error of a member, or has it in the member's place", async () => {
    const document = JSON.stringify({ exc_type: "TypeError", exc_message: ["no number"], exc_module: "builtins" });
    const failed = renderResult(recordOf({ id: idAt(2), state: "FAILURE", result: document }));
    const { client } = answering(`{${standing(true)},"results":[${member(1, "10")},${failed}],"cursor":null}`);
    await expect(new GroupResult(GROUP, client).get()).rejects.toThrow(new TypeError("no number"));
    expect(await new GroupResult(GROUP, client).get({ propagate: false })).toEqual([10, new TypeError("no number")]);
  });

  it("tells how far it is, and gives up a wait in time", async () => {
    const { client } = answering(`{${standing(false)},"results":[],"cursor":null}`);
    const group = new GroupResult(GROUP, client);
    expect([await group.ready(), await group.successful(), await group.failed(), await group.completedCount()]).toEqual([
      false,
      false,
      false,
      1,
    ]);
    await expect(group.get({ timeout: 0 })).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("revokes every member", async () => {
    const { client, asked } = answering(
      `{${standing(false)},"results":[${member(1, "1")},${member(2, "2")}],"cursor":null}`,
      '{"revocation":"revoked"}',
    );
    expect(await new GroupResult(GROUP, client).revoke()).toEqual(["revoked", "revoked"]);
    expect(asked.slice(1)).toEqual([1, 2].map((position) => `POST /v1/results/${idAt(position)}/revoke {"terminate":false}`));
  });
});
