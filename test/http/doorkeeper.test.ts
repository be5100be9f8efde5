import { describe, expect, it } from "vitest";
import { idAt, OPEN, problemOf, setup } from "./setup.ts";

const SUBMIT = "/v1/tasks/tasks.any";
const READ = `/v1/results/${idAt(0)}`;
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (user: string, password: string) => ({ authorization: `Basic ${btoa(`${user}:${password}`)}` });

describe("keys", () => {
  it("are needed for everything but the healthcheck, and the answer says how to set one", async () => {
    for (const variables of [{}, { CELERIAC_KEYS: "" }, { CELERIAC_KEYS: "  \n" }]) {
      const { send, broker } = setup(variables);
      for (const [method, path] of [
        ["POST", SUBMIT],
        ["POST", "/v1/tasks"],
        ["GET", READ],
        ["GET", "/v1/tasks"],
        ["GET", "/v1/nowhere"],
      ] as const) {
        const problem = await problemOf(await send(path, { method, headers: bearer("anything") }));
        expect(problem.status).toBe(401);
        expect(problem.detail).toContain("wrangler secret put CELERIAC_KEYS");
        expect(problem.headers.get("www-authenticate")).toContain("Bearer");
      }
      expect((await send("/healthcheck")).status).toBe(200);
      expect(broker.submits).toEqual([]);
    }
  });

  it("come as Bearer, or as the password of Basic", async () => {
    const { send } = setup({ CELERIAC_KEYS: "s3cret" });
    expect((await send(SUBMIT, { method: "POST", headers: bearer("s3cret") })).status).toBe(202);
    expect((await send(SUBMIT, { method: "POST", headers: { authorization: "bearer  s3cret" } })).status).toBe(202);
    expect((await send(SUBMIT, { method: "POST", headers: basic("anyone", "s3cret") })).status).toBe(202);
  });

  it.each([
    ["nothing", {}],
    ["another key", bearer("s3creT")],
    ["the beginning of the key", bearer("s3cre")],
    ["an empty Bearer", { authorization: "Bearer " }],
    ["another scheme", { authorization: "Digest s3cret" }],
    ["the key as the user of Basic", basic("s3cret", "")],
    ["Basic that is no base64", { authorization: "Basic %%%" }],
  ])("are refused when there is %s", async (_, headers: Record<string, string>) => {
    const { send, broker } = setup({ CELERIAC_KEYS: "s3cret" });
    const problem = await problemOf(await send(SUBMIT, { method: "POST", headers }));
    expect(problem.status).toBe(401);
    expect(problem.headers.get("www-authenticate")).toContain("Basic");
    expect(problem.detail).not.toContain("s3cret");
    expect(broker.submits).toEqual([]);
  });

  it.each(["writer:submit,reader:read+control", '{"writer": ["submit"], "reader": ["read", "control"]}'])(
    "have scopes: %s",
    async (secret) => {
      const { send, post } = setup({ CELERIAC_KEYS: secret });
      expect((await send(SUBMIT, { method: "POST", headers: bearer("writer") })).status).toBe(202);
      expect((await problemOf(await send(READ, { headers: bearer("writer") }))).detail).toContain("`read`");
      expect((await problemOf(await send(READ, { headers: bearer("writer") }))).status).toBe(403);
      expect((await problemOf(await post("/v1/tasks", [], bearer("reader")))).status).toBe(403);
      expect((await send("/v1/tasks", { headers: bearer("reader") })).status).toBe(200);
      expect((await problemOf(await send("/v1/nowhere", { headers: bearer("writer") }))).status).toBe(404);
    },
  );

  it("need the scope read to wait for a result", async () => {
    const { post, broker } = setup({ CELERIAC_KEYS: "writer:submit" });
    expect((await problemOf(await post(`${SUBMIT}?wait=1`, {}, bearer("writer")))).status).toBe(403);
    expect(broker.submits).toEqual([]);
  });

  it.each([
    '{"k": "all"}',
    '{"k": ["everything"]}',
    '{"": ["submit"]}',
    '["k"]',
    '"k"',
    "{",
    "{}",
    "k:",
    "k:submit,",
    ":submit",
    "a,b",
    "k:submit,k:read",
    "two words",
    "k:all",
    '{"k": {"name": "shop"}}',
    '{"k": {"name": "", "scopes": ["submit"]}}',
    '{"k": {"name": "two words", "scopes": ["submit"]}}',
    '{"k": {"name": "k", "scopes": ["submit"]}}',
    '{"k": {"scope": ["submit"], "scopes": ["submit"]}}',
  ])("open nothing when the secret is malformed: %s", async (secret) => {
    const { send, broker } = setup({ CELERIAC_KEYS: secret });
    for (const key of ["k", "a", "b", "two", secret, ""]) {
      const problem = await problemOf(await send(SUBMIT, { method: "POST", headers: bearer(key) }));
      expect(problem.status).toBe(401);
      if (key === "k") expect(problem.detail).toContain("CELERIAC_KEYS cannot be read");
    }
    expect(broker.submits).toEqual([]);
  });

  it("are read anew when the secret changes", async () => {
    expect((await setup({ CELERIAC_KEYS: "old" }).send(SUBMIT, { method: "POST", headers: bearer("old") })).status).toBe(202);
    expect((await setup({ CELERIAC_KEYS: "new" }).send(SUBMIT, { method: "POST", headers: bearer("old") })).status).toBe(401);
  });
});

describe("without keys, at the local runner", () => {
  it.each(["localhost", "localhost:8787", "127.0.0.1:8787", "[::1]:8787", "LOCALHOST:1"])("the host %s is answered", async (host) => {
    expect((await setup().send("/v1/tasks", { headers: { host } })).status).toBe(200);
  });

  it.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example:8787",
    "evil.example:8787",
    "localhost:8787@evil.example",
    "127.0.0.2",
    "[::2]",
  ])("the host %s is refused everywhere", async (host) => {
    const { send, broker } = setup();
    for (const [method, path] of [
      ["POST", SUBMIT],
      ["GET", "/v1/tasks"],
      ["GET", "/healthcheck"],
      ["GET", "/v1/nowhere"],
    ] as const) {
      expect(await problemOf(await send(path, { method, headers: { host } }))).toMatchObject({
        status: 403,
        type: "urn:celeriac:problem:foreign-host",
      });
    }
    expect(broker.submits).toEqual([]);
  });
});

describe("a request from a web page", () => {
  const foreign: Array<Record<string, string>> = [
    { origin: "https://evil.example" },
    { origin: "http://localhost:3000" },
    { origin: "null" },
    { origin: "file://" },
    { origin: "not an origin" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];

  it.each(foreign)("of another origin may not submit: %o", async (headers) => {
    const { send, broker } = setup();
    const problem = await problemOf(await send(SUBMIT, { method: "POST", headers }));
    expect(problem).toMatchObject({ status: 403, type: "urn:celeriac:problem:foreign-origin" });
    expect(broker.submits).toEqual([]);
  });

  it.each(foreign)("of another origin may submit with a valid Bearer key only: %o", async (headers) => {
    for (const variables of [{ CELERIAC_KEYS: "k" }, { CELERIAC_KEYS: "k", ...OPEN }]) {
      const { send } = setup(variables);
      expect((await send(SUBMIT, { method: "POST", headers: { ...headers, ...bearer("k") } })).status).toBe(202);
      expect((await send(SUBMIT, { method: "POST", headers: { ...headers, ...basic("u", "k") } })).status).toBe(403);
      expect([401, 403]).toContain((await send(SUBMIT, { method: "POST", headers: { ...headers, ...bearer("wrong") } })).status);
    }
    const keyless = await setup().send(SUBMIT, { method: "POST", headers: { ...headers, ...bearer("k") } });
    expect(keyless.status).toBe(403);
  });

  it("of the same origin may submit", async () => {
    const { send } = setup();
    const host = "localhost:8787";
    expect(
      (await send(SUBMIT, { method: "POST", headers: { host, origin: "http://localhost:8787", "sec-fetch-site": "same-origin" } })).status,
    ).toBe(202);
    expect((await send(SUBMIT, { method: "POST", headers: { host: "localhost:80", origin: "http://localhost" } })).status).toBe(202);
  });

  it("may read wherever it comes from: the browser shows it nothing without CORS headers", async () => {
    const answer = await setup().send("/v1/tasks", { headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});
