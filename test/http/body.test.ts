import { describe, expect, it } from "vitest";
import { BODY_LIMIT } from "../../src/http/body.ts";
import { problemOf, setup } from "./setup.ts";

const PATH = "/v1/tasks/tasks.any";

describe("a body", () => {
  it("that is not JSON is 400 and says where it breaks", async () => {
    const { post, broker } = setup();
    const problem = await problemOf(await post(PATH, '{"args": [1,],}'));
    expect(problem).toMatchObject({ status: 400, type: "urn:celeriac:problem:not-json", paths: [""] });
    expect(problem.detail).toMatch(/expected JSON: .*]/);
    expect(broker.submits).toEqual([]);
  });

  it("that is not UTF-8 is 400", async () => {
    const body = new Uint8Array([0x22, 0xff, 0xfe, 0x22]);
    const answer = await setup().send(PATH, { method: "POST", body, headers: { "content-type": "application/json" } });
    expect(await problemOf(answer)).toMatchObject({ status: 400, type: "urn:celeriac:problem:not-utf8" });
  });

  it("may begin with a byte order mark", async () => {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]);
    expect((await setup().send(PATH, { method: "POST", body, headers: { "content-type": "application/json" } })).status).toBe(202);
  });

  it.each(["[]", "null", "5", '"x"'])("whose top level is %s, no object, is 422", async (body) => {
    expect(await problemOf(await setup().post(PATH, body))).toMatchObject({ status: 422, paths: [""] });
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/x-ndjson", "application/json; charset=latin1", ""])(
    "of type '%s' is 415 naming what was expected",
    async (type) => {
      const { post, broker } = setup();
      const problem = await problemOf(await post(PATH, { args: [] }, { "content-type": type }));
      expect(problem.status).toBe(415);
      expect(problem.detail).toContain("application/json");
      expect(broker.submits).toEqual([]);
    },
  );

  const stream = (megabytes: number) => {
    const sent = { megabytes: 0 };
    const body = new ReadableStream(
      {
        pull(controller) {
          if (sent.megabytes++ < megabytes) controller.enqueue(new Uint8Array(1024 * 1024));
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const send = (headers: Record<string, string>) => {
      const init = { method: "POST", body, headers: { "content-type": "application/json", ...headers }, duplex: "half" };
      return setup().send(PATH, init);
    };
    return { sent, send };
  };

  it("announced as too large is 413, and sent to its end, for many clients read no answer before", async () => {
    const { sent, send } = stream(20);
    expect((await problemOf(await send({ "content-length": String(20 * 1024 * 1024) }))).status).toBe(413);
    expect(sent.megabytes).toBe(21);
  });

  it("announced as too large by a client that asks first is 413, unread", async () => {
    const { sent, send } = stream(20);
    expect((await problemOf(await send({ "content-length": String(20 * 1024 * 1024), expect: "100-continue" }))).status).toBe(413);
    expect(sent.megabytes).toBe(0);
  });

  it("that turns out too large is 413, and is cut off when it does not end", async () => {
    const { sent, send } = stream(1_000);
    expect((await problemOf(await send({}))).status).toBe(413);
    expect(sent.megabytes).toBeLessThan(BODY_LIMIT / 1024 / 1024 + 70);
  });

  const announced: Record<string, string>[] = [{}, { "content-length": "100" }];
  it.each(announced)("that breaks off is 400, whatever its headers (%o), and no fault of the broker", async (headers) => {
    const body = new ReadableStream({
      pull(controller) {
        controller.error(Object.assign(new Error("Network connection lost."), { retryable: true }));
      },
    });
    const { send, broker } = setup();
    const init = { method: "POST", body, headers: { "content-type": "application/json", ...headers }, duplex: "half" };
    expect(await problemOf(await send(PATH, init))).toMatchObject({ status: 400, type: "urn:celeriac:problem:cut-short" });
    expect(broker.submits).toEqual([]);
  });

  it("with a call of more than a megabyte is 413", async () => {
    const problem = await problemOf(await setup().post(PATH, { args: ["x".repeat(1_000_001)] }));
    expect(problem).toMatchObject({ status: 413, type: "urn:celeriac:problem:too-large" });
  });

  it.each([
    ['{"__proto__": {"args": [1]}}', "__proto__"],
    ['{"kwargs": {"__proto__": 1}}', "kwargs.__proto__"],
    ['{"args": [1, {"a": [{"\\u005f_proto__": null}]}]}', "args[1].a[0].__proto__"],
    ['{"headers": {"a": {"\\u005F\\u005fproto\\u005f_": {}}}}', "headers.a.__proto__"],
  ])("with a key __proto__ is 422: %s", async (body, path) => {
    const { post, broker } = setup();
    expect(await problemOf(await post(PATH, body))).toMatchObject({ status: 422, paths: [path] });
    expect(broker.submits).toEqual([]);
    expect(Object.prototype).not.toHaveProperty("args");
  });

  it("may hold __proto__ as a value, and constructor and prototype as keys", async () => {
    const { post, broker } = setup();
    const body = '{"args":["__proto__",{"constructor":{"prototype":1},"\\u00e9":2}]}';
    expect((await post(PATH, body)).status).toBe(202);
    expect(broker.submits[0]?.calls[0]?.line).toContain('"args":["__proto__",{"constructor":{"prototype":1},"é":2}]');
  });

  it.each([
    ["unclosed", "[".repeat(100_000)],
    ["closed", `{"args":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["of objects", `{"args":[${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}]}`],
  ])("nested without end is 422 (%s)", async (_, body) => {
    const { post, broker } = setup();
    const problem = await problemOf(await post(PATH, body));
    expect(problem.status).toBe(422);
    expect(problem.detail).toContain("200");
    expect(broker.submits).toEqual([]);
  });
});
