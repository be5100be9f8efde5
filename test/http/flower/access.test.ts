import { describe, expect, it } from "vitest";
import { asking, WORKER } from "./ask.ts";

const basic = (user: string, password: string) => ({ authorization: `Basic ${btoa(`${user}:${password}`)}` });
const SHUTDOWN = `/api/worker/shutdown/${WORKER}`;

/** What changes something, and needs more than the scope `read`. */
const CHANGES = [
  SHUTDOWN,
  ...["restart", "grow", "shrink", "autoscale"].map((path) => `/api/worker/pool/${path}/${WORKER}`),
  ...["add-consumer", "cancel-consumer"].map((path) => `/api/worker/queue/${path}/${WORKER}?queue=slow`),
  `/api/task/rate-limit/tasks.add?workername=${WORKER}&ratelimit=3`,
  "/api/task/revoke/00000000-0000-8000-8000-000000000000",
  "/api/task/revoke/00000000-0000-8000-8000-000000000000?terminate=1",
  "/api/task/abort/00000000-0000-8000-8000-000000000000",
];
const SUBMITS = ["apply", "async-apply", "send-task"].map((path) => `/api/task/${path}/tasks.any`);

describe("who may use Flower's API (FLOWER.md 5.2)", () => {
  it("A1 takes each key as the password of Basic, and no other", async () => {
    const { get } = asking({ CELERIAC_KEYS: "pswd1:read,pswd2:read" });
    const status = async (headers?: Record<string, string>) => (await get("/api/workers", headers)).status;
    expect([await status(), await status(basic("user1", "pswd1")), await status(basic("user2", "pswd2"))]).toEqual([401, 200, 200]);
    expect([await status(basic("user1", "pswd3")), await status({ authorization: "Bearer pswd1" })]).toEqual([401, 200]);
  });

  it("A2 X16 refuses a control without a key: 401, no text, and a challenge", async () => {
    const { post, get } = asking({ CELERIAC_KEYS: "pswd1" });
    for (const answer of [await post(SHUTDOWN), await get("/api/workers"), await get("/api/task/types", basic("user", "wrong"))]) {
      expect([answer.status, answer.text]).toEqual([401, ""]);
      expect(answer.headers.get("www-authenticate")).toContain("Basic");
    }
  });

  it("A3 lets nobody in while no key is configured, and says how to set one", async () => {
    const { post } = asking({});
    const answer = await post(SHUTDOWN);
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining("CELERIAC_KEYS")]);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=UTF-8");
  });

  it("C13 T2 T9 is read-only for a key that may only read: 403 for every change, and nothing is sent", async () => {
    const { post, get, broker } = asking({ CELERIAC_KEYS: "reader:read" });
    for (const path of [...CHANGES, ...SUBMITS, "/api/task/apply/tasks.unknown", "/api/worker/shutdown/nobody"]) {
      const answer = await post(path, basic("", "reader"));
      expect([path, answer.status, answer.text]).toEqual([path, 403, expect.stringMatching(/^Read only mode is enabled/)]);
    }
    expect([broker.submits, broker.revokes, broker.steered]).toEqual([[], [], []]);
    expect((await get("/api/workers", basic("", "reader"))).status).toBe(200);
  });

  it("needs the scope read beside submit to wait for a result, as /v1 does", async () => {
    const { post } = asking({ CELERIAC_KEYS: "writer:submit" });
    const as = async (path: string) => (await post(path, basic("", "writer"))).status;
    expect([await as("/api/task/apply/tasks.any"), await as("/api/task/async-apply/tasks.any")]).toEqual([403, 200]);
  });

  it("is closed to web pages of other origins, and to other hosts where no key is needed", async () => {
    const { post, get, broker } = asking();
    expect((await post("/api/task/async-apply/tasks.any", { origin: "https://evil.example" })).status).toBe(403);
    expect((await get("/api/workers", { host: "evil.example" })).status).toBe(403);
    expect(broker.submits).toEqual([]);
  });
});

describe("the envelopes of Flower's API (FLOWER.md 1.0, 5.3)", () => {
  it("X12 refuses HEAD and other methods with 405, answers OPTIONS with 204 and no key, and knows no trailing slash", async () => {
    const { ask, get } = asking({ CELERIAC_KEYS: "k" });
    const status = async (path: string, method: string) => {
      const answer = await ask(path, { method, headers: basic("", "k") });
      return [answer.status, answer.text];
    };
    expect(await status("/api/task/types", "HEAD")).toEqual([405, ""]);
    expect(await status("/api/task/types", "POST")).toEqual([405, ""]);
    expect(await status("/api/task/apply/tasks.any", "GET")).toEqual([405, ""]);
    expect((await ask("/api/task/types", { method: "OPTIONS" })).status).toBe(204);
    expect((await get("/api/task/types/", basic("", "k"))).status).toBe(404);
    expect((await get("/api/nothing", basic("", "k"))).status).toBe(404);
  });

  it("X13 decodes a name in the path once: worker%401 is worker@1", async () => {
    const { post } = asking();
    expect((await post("/api/worker/shutdown/celeriac%40edge")).status).toBe(403);
    expect((await post("/api/worker/shutdown/nobody%2540h")).text).toBe("Unknown worker 'nobody%40h'");
    expect((await post("/api/worker/shutdown/a/b@h")).text).toBe("Unknown worker 'a/b@h'");
  });

  it("X14 tags what is read, and answers 304 to who has it", async () => {
    const { get } = asking();
    const first = await get("/api/task/types");
    const etag = first.headers.get("etag") ?? "";
    expect([first.status, first.headers.get("content-type")]).toEqual([200, "application/json; charset=UTF-8"]);
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
    const again = await get("/api/task/types", { "if-none-match": `"other", W/${etag}` });
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await get("/api/task/types", { "if-none-match": '"other"' })).status).toBe(200);
  });

  it("V1 has no pages: what Flower shows to people is the dashboard's", async () => {
    const { get } = asking({ CELERIAC_KEYS: "k" });
    for (const page of ["/task/x", "/tasks", "/broker", "/worker/x", "/login"]) expect((await get(page)).status).toBe(404);
  });
});
