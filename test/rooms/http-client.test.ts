import { reset, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { Client } from "../../src/client/client.ts";
import type { Fetch } from "../../src/client/requester.ts";
import type * as tasks from "../../src/tasks.ts";

afterEach(() => reset());

env.CELERIAC_KEYS = "k1";

/** As a service binding's: `env.CELERIAC.fetch.bind(env.CELERIAC)`. */
const bound: Fetch = SELF.fetch.bind(SELF);

/** Loses the answers of the first so many requests: they arrive, and nobody hears of it. */
function losing(count: number): { fetch: Fetch; sent: () => number } {
  let sent = 0;
  const fetch: Fetch = async (url, init) => {
    sent += 1;
    const lost = sent <= count;
    const answer = await bound(url, init);
    if (!lost) return answer;
    await answer.body?.cancel();
    throw new TypeError("the connection was lost");
  };
  return { fetch, sent: () => sent };
}

function clientOver(fetch: Fetch): Client<typeof tasks> {
  return new Client<typeof tasks>({ url: "http://celeriac", key: "k1", fetch });
}

/** How many tasks the broker has accepted. */
async function accepted(client: Client<typeof tasks>): Promise<number> {
  const { shards } = await client.request<{ shards: { tasks: { accepted: number } }[] }>({ method: "GET", path: "/v1/inspect/stats" });
  return shards.reduce((sum, { tasks: { accepted: count } }) => sum + count, 0);
}

describe("the client over a service binding", () => {
  it("calls a task, waits for what it returns, and has it in one request where it is to", async () => {
    const client = clientOver(bound);
    const result = await client.task("tasks.add").delay(2, 3);
    expect(await result.get({ timeout: 5 })).toBe(5);
    const waited = await client.task("tasks.add").applyAsync({ kwargs: { x: 20, y: 3 }, wait: 5 });
    expect(await waited.state).toBe("SUCCESS");
    await expect(clientOver(bound).with({ key: "k2" }).task("tasks.add").delay(1, 1)).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("makes one task of a call whose answer is lost twice, and as many as there are of many", async () => {
    const one = losing(2);
    const client = clientOver(one.fetch);
    const result = await client.task("tasks.add").delay(2, 3);
    expect(one.sent()).toBe(3);
    expect(await accepted(client)).toBe(1);
    expect(await result.get({ timeout: 5 })).toBe(5);

    const many = losing(1);
    const results = await clientOver(many.fetch).submit(
      Array.from({ length: 300 }, (_, number) => ({ task: "tasks.add", args: [number, 1] })),
    );
    expect(many.sent()).toBe(2);
    expect(await accepted(client)).toBe(301);
    expect(new Set(results.map(({ id }) => id)).size).toBe(300);
    expect(await results[299]?.get({ timeout: 5 })).toBe(300);
  });

  it("makes one task of a call with an id of the caller's, instead of refusing its own", async () => {
    const { fetch, sent } = losing(1);
    const taskId = "6f1c2d3e-0000-4000-8000-00000000000a";
    const result = await clientOver(fetch)
      .task("tasks.add")
      .applyAsync({ args: [2, 3], taskId });
    expect([result.id, sent()]).toEqual([taskId, 2]);
    await expect(
      clientOver(bound)
        .task("tasks.add")
        .applyAsync({ args: [2, 3], taskId }),
    ).rejects.toMatchObject({ code: "task_id_taken" });
  });
});
