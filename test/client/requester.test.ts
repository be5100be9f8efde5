import { describe, expect, it } from "vitest";
import { BacklogFullProblem, Problem } from "../../src/client/problem.ts";
import { type Asked, type Fetch, Requester, type RequesterParts, Unreachable } from "../../src/client/requester.ts";
import { readNonceHeader } from "../../src/core/wire/nonce-header.ts";
import { IdleTime } from "./stage.ts";

const READ: Asked = { method: "GET", path: "/v1/queues" };
const SUBMIT: Asked = { method: "POST", path: "/v1/tasks/tasks.add", body: "{}", repeatable: "nonce" };
const RUN: Asked = { method: "POST", path: "/v1/schedules/a/run", repeatable: "nothing" };

type Scripted = Response | Error | "silence";

/** Answers what is scripted, in turn. Without a script it is quiet until it is given up. */
function requester(script: Scripted[], options: Partial<RequesterParts> = {}) {
  const time = new IdleTime();
  const sent: { url: string; init: RequestInit; at: number }[] = [];
  const fetch: Fetch = (url, init) => {
    sent.push({ url, init, at: time.now() });
    const next = script.shift() ?? "silence";
    if (next instanceof Response) return Promise.resolve(next);
    if (next instanceof Error) return Promise.reject(next);
    return new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  };
  const parts = { url: "http://queue", key: undefined, headers: {}, fetch, timeoutSeconds: 30, retries: 5, signal: undefined };
  const made = new Requester({ ...parts, clock: time, timers: time, chance: () => 0, ...options });
  const pauses = () => sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
  return { ask: (asked: Asked) => time.settle(made.ask(asked)), sent, pauses };
}

const broken = () => new TypeError("fetch failed");
const problem = (status: number, type: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: `urn:celeriac:problem:${type}`, title: "…", status, detail: "why" }), { status, headers });

describe("a request of the client", () => {
  it("is made again when no answer comes, and for 429, 502, 503 and 504, after pauses that double", async () => {
    const script = [broken(), new Response("bad gateway", { status: 502 }), problem(503, "unavailable"), new Response("", { status: 504 })];
    const { ask, pauses } = requester([...script, problem(429, "backlog-full"), new Response('{"queues":[]}')]);
    await expect(ask(READ)).resolves.toMatchObject({ text: '{"queues":[]}', attempt: 6 });
    expect(pauses()).toEqual([100, 200, 400, 800, 1_600]);
  });

  it("waits as long as Retry-After says, in seconds or as a date", async () => {
    const date = new Date(1_700_000_000_000 + 2_000 + 100 + 8_000).toUTCString();
    const script = [problem(429, "backlog-full", { "retry-after": "2" }), problem(503, "unavailable", { "retry-after": date })];
    const { ask, pauses } = requester([...script, new Response("{}")]);
    await ask(READ);
    expect(pauses()[0]).toBe(2_100);
    // A date has no milliseconds.
    expect(pauses()[1]).toBeGreaterThan(7_000);
    expect(pauses()[1]).toBeLessThanOrEqual(8_200);
  });

  it("bears one nonce when it submits, and counts its sendings and its age", async () => {
    const { ask, sent } = requester([broken(), broken(), new Response("{}")]);
    await ask(SUBMIT);
    const sendings = sent.map(({ init }) => readNonceHeader(new Headers(init.headers).get("celeriac-nonce") ?? ""));
    expect(sendings.map((sending) => [sending?.attempt, sending?.ageSeconds])).toEqual([
      [1, 0],
      [2, 0.1],
      [3, 0.3],
    ]);
    expect(new Set(sendings.map((sending) => sending?.nonce)).size).toBe(1);
  });

  it("that would do harm twice is made again only when it was surely refused", async () => {
    const unsure = requester([broken(), new Response("{}")]);
    await expect(unsure.ask(RUN)).rejects.toThrow(Unreachable);
    expect(unsure.sent).toHaveLength(1);
    const refused = requester([problem(429, "rate-limited"), new Response("{}")]);
    await expect(refused.ask(RUN)).resolves.toMatchObject({ attempt: 2 });
  });

  it("is not made again for what will not pass", async () => {
    const { ask, sent } = requester([problem(500, "internal"), new Response("{}")]);
    await expect(ask(READ)).rejects.toMatchObject({ name: "InternalProblem", code: "internal", status: 500 });
    expect(sent).toHaveLength(1);
  });

  it("gives up after so many tries, with the last refusal", async () => {
    const { ask, sent } = requester([problem(429, "backlog-full", { "retry-after": "1" }), problem(429, "backlog-full")], { retries: 1 });
    await expect(ask(READ)).rejects.toThrow(BacklogFullProblem);
    expect(sent).toHaveLength(2);
  });

  it("has so many seconds for each try beside what the server is asked to wait", async () => {
    const { ask, pauses } = requester([], { retries: 1, timeoutSeconds: 3 });
    await expect(ask({ ...READ, waitSeconds: 20 })).rejects.toThrow("GET http://queue/v1/queues: no answer within 23 s");
    expect(pauses()).toEqual([23_100]);
  });

  it("ends with the signal's reason, while it is under way and while it pauses", async () => {
    const underWay = new AbortController();
    const asking = requester([], { signal: underWay.signal });
    const waits = asking.ask(READ);
    underWay.abort(new Error("the user left"));
    await expect(waits).rejects.toThrow("the user left");
    expect(asking.sent).toHaveLength(1);

    const between = new AbortController();
    const leave = () => {
      between.abort(new Error("closed"));
      return 0;
    };
    const pausing = requester([broken()], { signal: between.signal, chance: leave });
    await expect(pausing.ask(READ)).rejects.toThrow("closed");
    expect(pausing.sent).toHaveLength(1);
  });

  it("sends the key, JSON and further headers, and follows no redirect with them", async () => {
    const { ask, sent } = requester([new Response(null, { status: 307, headers: { location: "http://elsewhere" } })], {
      key: "k1",
      headers: { "x-tenant": "a" },
    });
    await expect(ask(SUBMIT)).rejects.toMatchObject({ name: "Problem", status: 307, code: "http_307" });
    const headers = new Headers(sent[0]?.init.headers);
    expect([headers.get("authorization"), headers.get("content-type"), headers.get("x-tenant")]).toEqual([
      "Bearer k1",
      "application/json",
      "a",
    ]);
    expect(sent).toHaveLength(1);
  });

  it("tells of a refusal that is no problem document by its status and its first words", async () => {
    const { ask } = requester([new Response("<h1>teapot</h1>", { status: 418 })]);
    const error = await ask(READ).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ type: "about:blank", status: 418, detail: "<h1>teapot</h1>", errors: [] });
  });
});
