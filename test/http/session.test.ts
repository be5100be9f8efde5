import { describe, expect, it } from "vitest";
import { SESSION_SECONDS } from "../../src/http/session-cookie.ts";
import { NOW, problemOf, setup } from "./setup.ts";

const KEYS = '{"all":{"name":"ops","scopes":["submit","read","control"]},"look":["read"]}';

async function signedIn(key: string, env: Parameters<typeof setup>[0] = { CELERIAC_KEYS: KEYS }) {
  const { send } = setup(env);
  const answer = await send("/v1/session", { method: "POST", headers: { authorization: `Bearer ${key}` } });
  const header = answer.headers.get("set-cookie") ?? "";
  const cookie = header.split(";")[0] ?? "";
  return { send, answer, header, cookie, get: (path: string) => send(path, { headers: { cookie } }) };
}

describe("a session", () => {
  it("stands for a key in a cookie that no script reads, that no other site has sent, and that does not hold the key", async () => {
    const { answer, header, get } = await signedIn("look");
    expect(await answer.json()).toEqual({ name: expect.stringMatching(/^[0-9a-f]{8}$/), scopes: ["read"] });
    expect(header).toMatch(/^celeriac_session=[0-9a-z.]+; Path=\/v1; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(header).not.toContain("look");
    expect((await get("/v1/queues")).status).toBe(200);
    expect(await (await get("/v1/session")).json()).toMatchObject({ scopes: ["read"] });
  });

  it("may do no more than its key", async () => {
    const { send, cookie } = await signedIn("look");
    expect((await send("/v1/queues/celery/pause", { method: "POST", headers: { cookie } })).status).toBe(403);
  });

  it("is refused to a page of another origin that would change something", async () => {
    const { send, cookie } = await signedIn("all");
    const pages: Record<string, string>[] = [{ origin: "https://evil.example" }, { "sec-fetch-site": "same-site" }];
    for (const foreign of pages) {
      const answer = await send("/v1/queues/celery/pause", { method: "POST", headers: { cookie, ...foreign } });
      expect((await problemOf(answer)).type).toBe("urn:celeriac:problem:foreign-origin");
    }
    expect((await send("/v1/queues/celery/pause", { method: "POST", headers: { cookie } })).status).toBe(200);
  });

  it("ends with its time, with a new secret, and when it is changed", async () => {
    const { cookie, get } = await signedIn("all");
    const [until = "", digest = "", signature = ""] = cookie.replace("celeriac_session=", "").split(".");
    expect(Number.parseInt(until, 36)).toBe(NOW + SESSION_SECONDS * 1000);
    expect((await get("/v1/queues")).status).toBe(200);
    const old = await signedIn("all", { CELERIAC_KEYS: `${KEYS.slice(0, -1)},"more":["read"]}` });
    const forged = `celeriac_session=${(Number.parseInt(until, 36) + 1).toString(36)}.${digest}.${signature}`;
    for (const other of [old.cookie, forged, "celeriac_session=", "celeriac_session=x.y.z"])
      expect((await setup({ CELERIAC_KEYS: KEYS }).send("/v1/queues", { headers: { cookie: other } })).status).toBe(401);
  });

  it("is taken away without a key, and is not needed where none is", async () => {
    const ended = await setup({ CELERIAC_KEYS: KEYS }).send("/v1/session", { method: "DELETE" });
    expect([ended.status, ended.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    const open = await setup({ CELERIAC_LOCAL: { open: true, letGo: false, loglevel: "info" } }).send("/v1/session");
    expect(await open.json()).toEqual({ name: null, scopes: ["submit", "read", "control"] });
  });
});
