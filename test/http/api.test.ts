import { Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../src/env.ts";
import { idAt, OPEN, problemOf, setup } from "./setup.ts";

const env = OPEN as Env;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("routes", () => {
  it("that do not exist are 404 problems", async () => {
    for (const path of ["/v1", "/v1/", "/v1/nowhere", "/v1/tasks/a/b"]) {
      expect(await problemOf(await setup().send(path))).toMatchObject({ status: 404, type: "urn:celeriac:problem:not-found" });
    }
  });

  it.each([
    ["GET", "/v1/tasks/tasks.add", "POST"],
    ["PUT", "/v1/tasks", "POST, GET, HEAD"],
    ["PUT", `/v1/results/${idAt(0)}`, "GET, HEAD, DELETE"],
    ["POST", "/healthcheck", "GET, HEAD"],
  ])("asked by %s %s are 405 and say what they take", async (method, path, allow) => {
    const problem = await problemOf(await setup().send(path, { method }));
    expect(problem.status).toBe(405);
    expect(problem.headers.get("allow")).toBe(allow);
  });

  it("list the registered tasks by name", async () => {
    const answer = await setup().send("/v1/tasks");
    expect(await answer.json()).toEqual({
      tasks: [
        {
          name: "tasks.add",
          doc: "Adds two numbers.",
          parameters: [
            { name: "x", required: true, rest: false },
            { name: "y", required: true, rest: false },
          ],
          schema: null,
          queue: "celery",
          ignore_result: false,
          express: false,
        },
        { name: "tasks.any", doc: null, parameters: null, schema: null, queue: "slow", ignore_result: true, express: false },
        { name: "tasks.print_task", doc: null, parameters: [], schema: null, queue: "celery", ignore_result: false, express: false },
      ],
    });
  });
});

describe("the healthcheck", () => {
  it("answers OK once the broker has answered", async () => {
    const { send, broker } = setup({});
    const answer = await send("/healthcheck");
    expect([answer.status, await answer.text()]).toEqual([200, "OK"]);
    expect(broker.sweeps).toBe(1);
  });

  it("answers 503 when the broker does not", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { send, broker } = setup();
    broker.failure = new Error("secret of the house");
    const problem = await problemOf(await send("/healthcheck"));
    expect(problem.status).toBe(503);
    expect(problem.detail).not.toContain("secret");
  });
});

describe("an error inside", () => {
  it("is logged, and answered as 500 without its message", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { post, broker } = setup();
    broker.failure = new Error("secret of the house");
    const problem = await problemOf(await post("/v1/tasks/tasks.any", {}));
    expect(problem).toMatchObject({ status: 500, type: "urn:celeriac:problem:internal" });
    expect(problem.detail).not.toContain("secret");
    expect(log).toHaveBeenCalledWith(broker.failure);
  });

  it("of a broker that restarts is 503, to be tried again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { post, broker } = setup();
    broker.failure = Object.assign(new Error("reset"), { retryable: true });
    const problem = await problemOf(await post("/v1/tasks/tasks.any", {}));
    expect(problem.status).toBe(503);
    expect(problem.headers.get("retry-after")).toBe("1");
  });
});

describe("waking beat", () => {
  it("happens on the first request only", async () => {
    const wake = vi.fn();
    const { send } = setup(OPEN, { wake });
    await send("/healthcheck");
    await send("/v1/tasks");
    expect(wake).toHaveBeenCalledTimes(1);
    expect(wake.mock.calls[0]?.[0]).toEqual(OPEN);
    expect(wake.mock.calls[0]?.[1]).toHaveProperty("waitUntil");
  });
});

describe("mounted beside routes of one's own", () => {
  it("leaves their pages, their 404 and their errors to them", async () => {
    const mine = new Hono<{ Bindings: Env }>();
    mine.get("/", (c) => c.text("mine"));
    mine.get("/broken", () => {
      throw new Error("mine too");
    });
    mine.notFound((c) => c.text("my 404", 404));
    mine.onError((error, c) => c.text(error.message, 500));
    mine.route("/", setup().http);
    const get = async (path: string) => {
      const answer = await mine.request(`http://localhost${path}`, {}, env);
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await get("/")).toBe("200 mine");
    expect(await get("/elsewhere")).toBe("404 my 404");
    expect(await get("/broken")).toBe("500 mine too");
    expect(await get("/healthcheck")).toBe("200 OK");
    expect((await problemOf(await mine.request("http://localhost/v1/nowhere", {}, env))).status).toBe(404);
  });

  it("answers addresses under the path it is mounted at", async () => {
    const mine = new Hono<{ Bindings: Env }>().route("/queue", setup().http);
    const answer = await mine.request("http://localhost/queue/v1/tasks/tasks.any", { method: "POST" }, env);
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/queue/v1/results/${idAt(0)}`);
  });
});
