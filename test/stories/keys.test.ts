import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endRunners, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");
const SUBMIT = "/v1/tasks/stories.double?wait=0";
const WAIT = "/v1/tasks/stories.double?wait=5";

let url: string;
let output: () => string;

beforeAll(async () => {
  const runner = await startRunner({ config });
  // There the deployment shows its routes as they are in production, where nothing says that it runs locally.
  url = `${runner.url}/closed`;
  output = runner.output;
});
afterAll(endRunners);

describe("where keys are needed", () => {
  it("nobody comes in without one, or with a wrong one, and is told how", async () => {
    for (const authorization of [undefined, "Bearer no-such-key", "Bearer", "Basic !!!", `Basic ${btoa("x:no-such-key")}`, "all-key"]) {
      const answer = await post(SUBMIT, authorization);
      expect([authorization, answer.status]).toEqual([authorization, 401]);
      expect(answer.headers.get("www-authenticate")).toContain('Bearer realm="celeriac"');
      expect(await answer.json()).toMatchObject({ type: "urn:celeriac:problem:unauthorized", detail: expect.stringContaining("key") });
    }
    for (const path of ["/v1/tasks", "/v1/results/9b2e8c2e-3d4b-4f6a-8a1e-6f7a8b9c0d1e", "/v1/nowhere"]) {
      expect([path, (await fetch(url + path)).status]).toEqual([path, 401]);
    }
    expect(output()).not.toContain("received");
  });

  it("a key without the scope is refused, by name", async () => {
    const refused = await post(SUBMIT, "Bearer read-key");
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ detail: "Submitting tasks needs a key with the scope `submit`; this key has read." });
    const unread = await post(WAIT, "Bearer submit-key");
    expect(unread.status).toBe(403);
    expect(await unread.json()).toMatchObject({ detail: expect.stringMatching(/needs a key with the scope `read`; this key has submit/) });
    expect((await fetch(`${url}/v1/tasks`, { headers: { authorization: "Bearer submit-key" } })).status).toBe(403);
    expect(output()).not.toContain("received");
  });

  it("the right key submits and reads, as Bearer and as the password of Basic", async () => {
    const submitted = await post(SUBMIT, "Bearer submit-key");
    expect(submitted.status).toBe(202);
    const { task_id: id }: { task_id: string } = await submitted.json();
    const read = await fetch(`${url}/v1/results/${id}?wait=5`, { headers: { authorization: `Basic ${btoa("anybody:read-key")}` } });
    expect(read.status).toBe(200);
    expect(await read.json()).toMatchObject({ status: "SUCCESS", result: 4 });
    const both = await post(WAIT, "bearer all-key");
    expect(both.status).toBe(200);
    expect(await both.json()).toMatchObject({ status: "SUCCESS", result: 4 });
  });

  it("a foreign page's request needs its key as Bearer: a browser sends Basic by itself", async () => {
    const origin = { origin: "https://elsewhere.example" };
    expect((await post(SUBMIT, `Basic ${btoa("x:all-key")}`, origin)).status).toBe(403);
    expect((await post(SUBMIT, "Bearer all-key", origin)).status).toBe(202);
  });

  it("/healthcheck needs none", async () => {
    expect((await fetch(`${url}/healthcheck`)).status).toBe(200);
  });
});

function post(path: string, authorization: string | undefined, headers: Record<string, string> = {}): Promise<Response> {
  const key: Record<string, string> = authorization === undefined ? {} : { authorization };
  const init = { method: "POST", headers: { "content-type": "application/json", ...key, ...headers }, body: '{"args":[2]}' };
  return fetch(url + path, init);
}
