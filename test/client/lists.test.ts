import { describe, expect, it } from "vitest";
import { Client } from "../../src/client/client.ts";
import { renderResult } from "../../src/core/wire/result-document.ts";
import { idAt, NOW, recordOf } from "../http/setup.ts";
import { stage } from "./stage.ts";

/** A deployment that has so many results, in pages of two at most. */
function listing(count: number) {
  const asked: string[] = [];
  const client = new Client({
    url: "http://queue",
    fetch: async (url) => {
      const { searchParams, search } = new URL(url);
      asked.push(search);
      const from = Number(searchParams.get("cursor") ?? 0);
      const end = Math.min(count, from + Math.min(2, Number(searchParams.get("limit"))));
      const documents = Array.from({ length: end - from }, (_, index) => renderResult(recordOf({ id: idAt(from + index) })));
      return new Response(`{"results":[${documents.join()}],"cursor":${end < count ? `"${end}"` : null}}`);
    },
  });
  return { client, asked };
}

async function ids(tasks: AsyncIterable<{ id: string }>): Promise<string[]> {
  const read: string[] = [];
  for await (const { id } of tasks) read.push(id);
  return read;
}

describe("the list of results", () => {
  it("follows cursors to the end", async () => {
    const { client, asked } = listing(5);
    expect(await ids(client.results())).toEqual([0, 1, 2, 3, 4].map(idAt));
    expect(asked).toEqual(["?limit=100", "?limit=100&cursor=2", "?limit=100&cursor=4"]);
  });

  it("asks for no more than it is to give, nor for a page that nobody comes to", async () => {
    const { client, asked } = listing(9);
    expect(await ids(client.results({ limit: 3 }))).toEqual([0, 1, 2].map(idAt));
    expect(asked).toEqual(["?limit=3", "?limit=1&cursor=2"]);
    for await (const { id } of client.results()) if (id === idAt(1)) break;
    expect(asked).toHaveLength(3);
    expect(await ids(client.results({ limit: 0 }))).toEqual([]);
    expect(asked).toHaveLength(3);
  });

  it("hands the filter on under the wire's names", async () => {
    const { client, asked } = listing(0);
    const filter = { status: ["FAILURE", "REVOKED"], name: "tasks.add", rootId: idAt(1), since: new Date(0), until: "2026-12-24" };
    expect(await ids(client.results(filter))).toEqual([]);
    expect(asked).toEqual([
      `?status=FAILURE&status=REVOKED&name=tasks.add&root_id=${idAt(1)}&since=1970-01-01T00%3A00%3A00.000Z&until=2026-12-24&limit=100`,
    ]);
  });

  it("goes on where a page is empty and has a cursor", async () => {
    const pages = ['{"results":[],"cursor":"a"}', `{"results":[${renderResult(recordOf())}],"cursor":null}`];
    const client = new Client({ url: "http://queue", fetch: async () => new Response(pages.shift()) });
    expect(await ids(client.results({ status: "FAILURE" }))).toEqual([idAt(0)]);
  });

  it("gives each task with its times as dates and its values as they were", async () => {
    const tagged = '{"__type__":"bigint","__value__":"7"}';
    const record = recordOf({ result: tagged, line: `{"task":"tasks.add","kwargs":{"x":${tagged}}}`, startedAt: null });
    const fetch = async () => new Response(`{"results":[${renderResult(record)}],"cursor":null}`);
    const read = [];
    for await (const task of new Client({ url: "http://queue", fetch }).results()) read.push(task);
    expect(read).toEqual([
      {
        id: idAt(0),
        state: "SUCCESS",
        result: 7n,
        traceback: null,
        children: [],
        name: "tasks.add",
        args: [],
        kwargs: { x: 7n },
        queue: "celery",
        retries: 0,
        worker: "celeriac@1a2b",
        parentId: null,
        rootId: idAt(0),
        groupId: null,
        dateReceived: new Date(NOW),
        dateStarted: null,
        dateDone: new Date(NOW + 10),
        eta: null,
      },
    ]);
  });
});

describe("what happened lately", () => {
  it("comes under TypeScript's names, of the stretch and the queue that are asked for", async () => {
    const { client, broker } = stage();
    broker.looks.happened.add("runSeconds", "slow", 2, NOW);
    const { resolutionSeconds, from, series } = await client.series({ over: "15m", queue: "slow" });
    expect([resolutionSeconds, from, series.runSecondsSum.at(-1), series.waiting.at(-1)]).toEqual([10, NOW - 890_000, 2, null]);
    expect(broker.looks.histories).toEqual([{ over: "15m", queue: "slow", until: NOW }]);
  });
});
