import { describe, expect, it } from "vitest";
import type { TaskRequest } from "../../src/app/context.ts";
import { bindArguments } from "../../src/core/arguments.ts";
import type { Line } from "../../src/core/call.ts";
import { RefusedCall } from "../../src/core/errors.ts";
import type { Outcome } from "../../src/core/result.ts";
import type { RunnableTask } from "../../src/worker/run-task.ts";
import { runTask } from "../../src/worker/run-task.ts";
import { RunningTask } from "../../src/worker/running-task.ts";
import { TaskLog } from "../../src/worker/task-log.ts";
import type { Handler } from "./stage.ts";
import { aLog, aRegistry, aTask } from "./stage.ts";

async function run(handler: Handler | RunnableTask | undefined, line: Partial<Line> | string = {}, log = aLog()): Promise<Outcome> {
  let instant = 4_996;
  const clock = {
    now() {
      instant += 4;
      return instant;
    },
  };
  const registry = aRegistry(handler === undefined ? {} : { "tasks.it": handler });
  const text = typeof line === "string" ? line : JSON.stringify({ task: "tasks.it", ...line });
  const granted = { page: 3, slot: 7, attempt: 2, id: "the-id", line: text, due: 1_000, expires: 9_000 };
  const task = new RunningTask(granted, { consumer: "celeriac@test", queue: "celery", env: { KEY: "value" } });
  return runTask(task, { registry, log: new TaskLog(log), clock });
}

const errorOf = (outcome: Outcome) => {
  const { exc_type: type, exc_message: message } = JSON.parse(outcome.result);
  return [outcome.state, type, message[0]];
};

describe("a task that returns", () => {
  it("ends as SUCCESS with its value as JSON and the times of its attempt", async () => {
    const outcome = await run(async (_context, x) => ({ sum: [x, 3] }), { args: [2] });
    expect(outcome).toEqual({
      page: 3,
      slot: 7,
      attempt: 2,
      state: "SUCCESS",
      result: '{"sum":[2,3]}',
      traceback: null,
      startedAt: 5_000,
      endedAt: 5_004,
    });
  });

  it("stores null for nothing", async () => {
    expect((await run(() => undefined)).result).toBe("null");
  });

  it("stores null when the call or the task ignores its result, even one that JSON cannot hold", async () => {
    expect((await run(() => new Map(), { ignore_result: true })).result).toBe("null");
    expect((await run(aTask("tasks.it", () => new Map(), { ignoreResult: true }))).result).toBe("null");
  });

  it("is given dates, bytes and the like as what they are, and may return them", async () => {
    const day =
      '{"task":"tasks.it","args":[{"__type__":"datetime","__value__":"2026-12-24T18:00:00+00:00"}],"kwargs":{"b":{"__type__":"bytes","__value__":"hi"}}}';
    const outcome = await run((_context, at) => [at instanceof Date, 1n], day);
    expect(outcome.result).toBe('[true,{"__type__":"bigint","__value__":"1"}]');
    let request: TaskRequest | undefined;
    await run((context) => {
      request = context.request;
    }, day);
    expect(request).toMatchObject({ args: [new Date("2026-12-24T18:00:00Z")], kwargs: { b: new TextEncoder().encode("hi") } });
  });

  it("is given an object of the caller's that only looks like a tag as that object", async () => {
    const odd = { __type__: "date", __value__: "not a date at all" };
    expect((await run((_context, value) => value, { args: [odd] })).result).toContain('"__type__":"object"');
    expect((await run((_context, value) => value, { args: [{ __type__: "Person", __value__: 1 }] })).result).toBe(
      '{"__type__":"Person","__value__":1}',
    );
  });

  it("ends as FAILURE EncodeError when JSON cannot hold the value", async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const value of [cycle, () => 1, { deep: [Symbol("x")] }, Number.NaN, new Map()]) {
      const outcome = await run(() => value);
      expect(errorOf(outcome).slice(0, 2)).toEqual(["FAILURE", "EncodeError"]);
    }
    expect(errorOf(await run(() => ({ deep: [1, () => 1] })))[2]).toContain("result.deep[1]");
  });

  it("ends as FAILURE when its value takes more than 1,000,000 bytes, counted in UTF-8", async () => {
    expect((await run(() => "x".repeat(999_998))).state).toBe("SUCCESS");
    expect(errorOf(await run(() => "é".repeat(500_000)))).toEqual([
      "FAILURE",
      "EncodeError",
      "the result of tasks.it takes 1000002 bytes of JSON, and at most 1000000 are kept: store it elsewhere and return where it is",
    ]);
  });
});

describe("a task that fails", () => {
  it("ends with Celery's error document and the traceback", async () => {
    const outcome = await run(() => {
      throw new RangeError("no");
    });
    expect(errorOf(outcome)).toEqual(["FAILURE", "RangeError", "no"]);
    expect(outcome.traceback).toContain("RangeError: no\n    at");
  });

  it("may throw anything", async () => {
    for (const thrown of [
      "text",
      undefined,
      null,
      Object.create(null),
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("x");
          },
        },
      ),
    ]) {
      const outcome = await run(() => {
        throw thrown;
      });
      expect(outcome.state).toBe("FAILURE");
    }
  });

  it("has a document and a traceback that fit a row, however long its message is", async () => {
    const outcome = await run(() => {
      throw new Error("x".repeat(2_000_000));
    });
    expect(outcome.result.length).toBeLessThan(2_000);
    expect(outcome.traceback?.length).toBeLessThan(101_000);
    expect(errorOf(outcome)[2]).toContain("cut");
  });

  it("is a NotRegistered when no such task is registered", async () => {
    const [state, type, message] = errorOf(await run(undefined));
    expect([state, type]).toEqual(["FAILURE", "NotRegistered"]);
    expect(message).toContain("'tasks.it'");
  });

  it("says what is wrong with a line that cannot be read", async () => {
    expect(errorOf(await run(() => 1, "{"))[2]).toContain("not JSON");
    expect(errorOf(await run(() => 1, '{"task":5}'))[2]).toBe("`task` of the stored call: expected a name, got the number 5");
    expect(errorOf(await run(() => 1, '{"task":"tasks.it","args":{}}'))[2]).toContain("`args` of the stored call: expected an array");
    expect(errorOf(await run(() => 1, "[]"))[2]).toContain("expected an object, got an array");
  });

  it("is a TypeError when the arguments do not fit any more", async () => {
    const parameters = [{ name: "x", required: true, rest: false }];
    const task: RunnableTask = {
      name: "tasks.it",
      parameters,
      run: async (_context, args, kwargs) => bindArguments(task, args, kwargs),
    };
    expect(errorOf(await run(task, { args: [] }))).toEqual(["FAILURE", "TypeError", "tasks.it: args[0]: missing required argument 'x'"]);
    expect((await run(task, { kwargs: { x: 1 } })).result).toBe("[1]");
  });

  it("keeps a RefusedCall that the handler itself passes on", async () => {
    const outcome = await run(() => {
      throw new RefusedCall("bad_arguments", [{ path: "args[0]", message: "of another call" }]);
    });
    expect(errorOf(outcome)[1]).toBe("RefusedCall");
  });
});

describe("the task context", () => {
  it("tells the task of its own call", async () => {
    let request: TaskRequest | undefined;
    let env: unknown;
    await run(
      (context) => {
        request = context.request;
        env = context.env;
      },
      { args: [1], kwargs: {}, headers: { trace: "t" } },
    );
    expect(request).toEqual({
      id: "the-id",
      task: "tasks.it",
      args: [1],
      kwargs: {},
      retries: 0,
      maxRetries: 3,
      deliveries: 2,
      deliveryInfo: { routingKey: "celery", priority: 0, redelivered: true },
      queue: "celery",
      hostname: "celeriac@test",
      eta: new Date(1_000),
      expires: new Date(9_000),
      headers: { trace: "t" },
      rootId: "the-id",
      parentId: null,
      group: null,
      timelimit: [null, null],
      timeLimit: null,
      softTimeLimit: null,
      ignoreResult: false,
      shadow: null,
      stamps: {},
      stampedHeaders: [],
      periodicTaskName: null,
      replacedTaskNesting: 0,
      isEager: false,
      calledDirectly: false,
    });
    expect(env).toEqual({ KEY: "value" });
  });

  it("may be taken apart", async () => {
    const outcome = await run(({ request, signal }) => [request.id, signal.aborted]);
    expect(outcome.result).toBe('["the-id",false]');
  });
});

describe("the lines of a task", () => {
  it("are Celery's", async () => {
    const log = aLog();
    await run(() => 5, {}, log);
    expect(log.lines).toEqual(["INFO Task tasks.it[the-id] received", "INFO Task tasks.it[the-id] succeeded in 0.004s: 5"]);
  });

  it("cut a long result at 1,000 characters", async () => {
    const log = aLog();
    await run(() => "x".repeat(5_000), {}, log);
    expect(log.lines[1]).toBe(`INFO Task tasks.it[the-id] succeeded in 0.004s: "${"x".repeat(999)}...`);
  });

  it("name the error and show the traceback under it", async () => {
    const log = aLog();
    await run(
      () => {
        throw new TypeError("it's\nwrong");
      },
      {},
      log,
    );
    expect(log.lines[1]).toMatch(
      /^ERROR Task tasks\.it\[the-id\] raised unexpected: TypeError\('it\\'s\\nwrong'\)\nTypeError: it's\nwrong\n {4}at /,
    );
  });

  it("are not built when the level drops them", async () => {
    const log = aLog("error");
    await run(() => 5, {}, log);
    expect(log.lines).toEqual([]);
  });

  it("stay one line whatever the task is called", async () => {
    const log = aLog();
    await run(undefined, { task: "x\nTask forged[1] succeeded" }, log);
    expect(log.lines[0]).toBe("INFO Task x\\nTask forged[1] succeeded[the-id] received");
    expect(log.lines[1]?.split("\n")[0]).toContain("x\\nTask forged[1] succeeded[the-id] raised unexpected: NotRegistered");
  });
});
