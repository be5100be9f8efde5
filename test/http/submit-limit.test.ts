import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/core/config.ts";
import { NOW, problemOf, setup } from "./setup.ts";

const SUBMIT = "/v1/tasks/tasks.any";
const KEYS =
  '{"k1": ["submit"], "old": {"name": "shop", "scopes": ["submit"]}, "new": {"name": "shop", "scopes": ["submit"]}, "reader": ["read"]}';

/** A door that lets ten tasks a minute through, at a clock that is moved by hand. */
function limited(perSecond: number | null = 10 / 60) {
  const clock = { at: NOW };
  const config = () => ({ ...defaultConfig, taskQueues: ["celery", "slow"], httpSubmitRateLimit: perSecond });
  const { broker, post } = setup({ CELERIAC_KEYS: KEYS }, { clock: { now: () => clock.at }, config });
  const submit = (key = "k1", more: Record<string, string> = {}) => post(SUBMIT, {}, { authorization: `Bearer ${key}`, ...more });
  const bulk = (count: number) => post("/v1/tasks", Array(count).fill({ task: "tasks.any" }), { authorization: "Bearer k1" });
  return { broker, clock, submit, bulk };
}

describe("http_submit_rate_limit", () => {
  it("is off by default, and then no header tells of it", async () => {
    const { submit } = limited(null);
    expect((await submit()).headers.has("ratelimit")).toBe(false);
  });

  it("lets the quota through at once and the rest at the rate, and says so", async () => {
    const { broker, clock, submit } = limited();
    const first = await submit();
    expect([first.status, first.headers.get("ratelimit-policy"), first.headers.get("ratelimit")]).toEqual([
      202,
      '"submit";q=10;w=60',
      '"submit";r=9;t=6',
    ]);
    for (let more = 0; more < 9; more++) expect((await submit()).status).toBe(202);
    const refused = await problemOf(await submit());
    expect(refused).toMatchObject({ status: 429, type: "urn:celeriac:problem:rate-limited" });
    expect(refused.detail).toContain("10/m");
    expect([refused.headers.get("retry-after"), refused.headers.get("ratelimit")]).toEqual(["6", '"submit";r=0;t=60']);
    expect(broker.submits).toHaveLength(10);
    clock.at += 5_999;
    expect((await submit()).status).toBe(429);
    clock.at += 1;
    expect((await submit()).status).toBe(202);
    expect((await submit()).status).toBe(429);
  });

  it("counts each task of a bulk: one that is more than is left goes in whole, and the next waits for it", async () => {
    const { clock, submit, bulk } = limited();
    expect((await bulk(25)).status).toBe(202);
    expect((await submit()).headers.get("retry-after")).toBe("96");
    clock.at += 96_000;
    expect((await submit()).status).toBe(202);
  });

  it("counts what is sent again, and what is refused for its content", async () => {
    const { submit } = limited(1);
    const nonce = "0b8e7c2e-4f5d-4c6a-9d3e-2f1a0b9c8d7e";
    expect((await submit("k1", { "celeriac-nonce": `${nonce}; attempt=1` })).status).toBe(202);
    expect((await submit("k1", { "celeriac-nonce": `${nonce}; attempt=2; age=0.1` })).status).toBe(429);
    const other = limited(1);
    expect((await other.bulk(0)).status).toBe(422);
    expect((await other.bulk(1)).status).toBe(429);
  });

  it("is a key's own, but for keys of one name, and does not hide that a key is unknown or may not", async () => {
    const { submit } = limited(1);
    expect((await submit("k1")).status).toBe(202);
    expect((await submit("old")).status).toBe(202);
    expect((await submit("new")).status).toBe(429);
    expect((await submit("wrong")).status).toBe(401);
    expect((await submit("reader")).status).toBe(403);
  });

  it("writes a rate of less than one an hour as one task in its time", async () => {
    const answer = await limited(0.5 / 3600).submit();
    expect(answer.headers.get("ratelimit-policy")).toBe('"submit";q=1;w=7200');
  });
});
