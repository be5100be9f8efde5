import { describe, expect, it } from "vitest";
import type { CallInput } from "../../src/core/compose.ts";
import { composeCall } from "../../src/core/compose.ts";
import { type Config, defaultConfig } from "../../src/core/config.ts";
import { RefusedCall } from "../../src/core/errors.ts";
import { readParameters } from "../../src/core/parameters.ts";
import type { TaskDefinition } from "../../src/core/task-definition.ts";

const NOW = 1_700_000_000_000;
const UUID = "0190F3C2-1B2C-8ABC-9DEF-0123456789AB";

const config: Config = { ...defaultConfig, taskQueues: ["celery", "mail"] };

const add: TaskDefinition = { name: "tasks.add", parameters: readParameters(["x", "y"], 2, "task 'tasks.add'") };
const any: TaskDefinition = { name: "tasks.any" };

function compose(call: CallInput, definition = any, now = NOW) {
  return composeCall(definition, call, { config, now });
}

/** As a call arrives from JSON or from a program that was not type-checked. */
function untyped(json: string): CallInput {
  return JSON.parse(json);
}

function refusalOf(make: () => unknown): RefusedCall {
  try {
    make();
  } catch (error) {
    if (error instanceof RefusedCall) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("composeCall writes", () => {
  it("the shortest line for a call without arguments", () => {
    expect(compose({})).toEqual({ line: '{"task":"tasks.any"}', queue: "celery" });
    expect(compose({ args: [], kwargs: {}, options: { headers: {}, priority: 0 } }).line).toBe('{"task":"tasks.any"}');
  });

  it("args and kwargs as they were given", () => {
    expect(compose({ args: [2], kwargs: { y: 3 } }, add).line).toBe('{"task":"tasks.add","args":[2],"kwargs":{"y":3}}');
  });

  it("headers, shadow, priority and ignore_result into the line", () => {
    const options = { headers: { tenant: "a" }, shadow: "adding", priority: 9, ignoreResult: true };
    const call = compose({ options });
    expect(JSON.parse(call.line)).toEqual({
      task: "tasks.any",
      headers: { tenant: "a" },
      shadow: "adding",
      priority: 9,
      ignore_result: true,
    });
    expect(call.priority).toBe(9);
  });

  it("ignore_result from the task, unless the call wants its result", () => {
    const silent = { name: "tasks.silent", ignoreResult: true };
    expect(JSON.parse(compose({}, silent).line).ignore_result).toBe(true);
    expect(JSON.parse(compose({ options: { ignoreResult: false } }, silent).line).ignore_result).toBe(false);
  });

  it("one line, whatever the arguments hold", () => {
    const { line } = compose({ args: ["a\nb\r", "\ud800"] });
    expect(line).not.toMatch(/[\n\r]/);
    expect(JSON.parse(line).args).toEqual(["a\nb\r", "\ud800"]);
  });

  it("undefined as JSON has it, and none at the end", () => {
    expect(compose({ args: [undefined, 1, undefined] }).line).toBe('{"task":"tasks.any","args":[null,1]}');
    expect(refusalOf(() => compose({ args: [2, undefined] }, add)).faults[0]?.path).toBe("args[1]");
    expect(refusalOf(() => compose({ args: [2], kwargs: { y: undefined } }, add)).faults[0]?.message).toBe("missing required argument 'y'");
  });
});

describe("composeCall reads the options", () => {
  it("the queue of the call, else of the task, else the default", () => {
    const mailer = { name: "tasks.mail", queue: "mail" };
    expect(compose({}, mailer).queue).toBe("mail");
    expect(compose({ options: { queue: "celery" } }, mailer).queue).toBe("celery");
  });

  it("countdown and eta as the instant that is due, in milliseconds", () => {
    expect(compose({ options: { countdown: 1.5 } }).due).toBe(NOW + 1500);
    expect(compose({ options: { countdown: 0 } }).due).toBeUndefined();
    expect(compose({ options: { eta: new Date(NOW + 7) } }).due).toBe(NOW + 7);
  });

  it("expires as seconds from now or an instant", () => {
    expect(compose({ options: { expires: 2 } }).expires).toBe(NOW + 2000);
    expect(compose({ options: { expires: new Date(NOW - 5) } }).expires).toBe(NOW - 5);
  });

  it("a task id, in small letters", () => {
    expect(compose({ options: { taskId: UUID } }).taskId).toBe(UUID.toLowerCase());
  });

  it("an option that is undefined as not given", () => {
    expect(compose({ options: { countdown: undefined, queue: undefined } })).toEqual(compose({}));
  });
});

describe("composeCall marks an idempotent call", () => {
  const mark = (call: CallInput, now = NOW) =>
    compose({ ...call, options: { ...call.options, idempotencyKey: "k" } }, any, now).idempotency?.fingerprint;

  it("the same for the same call, later and with keys in another order", () => {
    const first = mark({ args: [{ a: 1, b: 2 }], options: { countdown: 5 } });
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(mark({ args: [{ b: 2, a: 1 }], options: { countdown: 5 } }, NOW + 60_000)).toBe(first);
  });

  it("differently for anything else that was asked for", () => {
    const calls: CallInput[] = [
      {},
      { args: [1] },
      { args: ["1"] },
      { args: [2] },
      { args: [[1]] },
      { options: { countdown: 5 } },
      { options: { expires: 5 } },
      { options: { eta: new Date(5) } },
      { options: { queue: "mail" } },
      { options: { priority: 1 } },
      { options: { taskId: UUID } },
    ];
    expect(new Set(calls.map((call) => mark(call))).size).toBe(calls.length);
  });

  it("not at all without a key", () => {
    expect(compose({}).idempotency).toBeUndefined();
  });
});

describe("what JSON has no form for", () => {
  it("goes into the line under Celery's tags, in arguments and headers", () => {
    const call = compose(
      { args: [new Date(0), { big: 2n }], options: { headers: { key: new Uint8Array([0xff]) } } },
      { name: "tasks.any" },
    );
    expect(JSON.parse(call.line)).toEqual({
      task: "tasks.any",
      args: [{ __type__: "datetime", __value__: "1970-01-01T00:00:00+00:00" }, { big: { __type__: "bigint", __value__: "2" } }],
      headers: { key: { __type__: "base64", __value__: "/w==" } },
    });
  });

  it("is left as it came in arguments that are JSON already", () => {
    const args = [{ __type__: "date", __value__: "2026-12-24" }];
    expect(JSON.parse(composeCall({ name: "tasks.any" }, { args }, { config, now: NOW, json: true }).line).args).toEqual(args);
  });
});

describe("composeCall refuses", () => {
  it.each([
    ['{"countdown": -1}', "countdown", "expected a number of seconds, 0 or more, got the number -1"],
    ['{"countdown": "5"}', "countdown", 'got the string "5"'],
    ['{"countdown": 1e300}', "countdown", "before the year 275760"],
    ['{"countdown": null}', "countdown", "got null"],
    ['{"eta": "2026-01-01"}', "eta", "expected a valid date and time"],
    ['{"expires": 0}', "expires", "above 0"],
    ['{"expires": []}', "expires", "got an array"],
    ['{"priority": 10}', "priority", "from 0 to 9"],
    ['{"priority": 1.5}', "priority", "from 0 to 9"],
    ['{"taskId": "42"}', "taskId", "expected a UUID"],
    ['{"queue": ["celery"]}', "queue", "expected the name of a queue, got an array"],
    ['{"headers": []}', "headers", "expected an object, got an array"],
    ['{"ignoreResult": 1}', "ignoreResult", "expected true or false"],
    ['{"shadow": ""}', "shadow", "1 to 255 characters"],
    [`{"idempotencyKey": "${"k".repeat(256)}"}`, "idempotencyKey", "1 to 255 characters"],
    ['{"countdwn": 1}', "countdwn", "'countdwn' is no option of a call; did you mean 'countdown'?"],
    ['{"__proto__": {"queue": "mail"}}', "__proto__", "'__proto__' is no option of a call"],
    ['{"constructor": 1}', "constructor", "'constructor' is no option of a call"],
  ])("the options %s", (options, path, message) => {
    const refusal = refusalOf(() => compose(untyped(`{"options": ${options}}`)));
    expect(refusal.reason).toBe("bad_option");
    expect(refusal.faults).toHaveLength(1);
    expect(refusal.faults[0]?.path).toBe(path);
    expect(refusal.faults[0]?.message).toContain(message);
  });

  it("a countdown together with an eta", () => {
    expect(refusalOf(() => compose({ options: { countdown: 1, eta: new Date(NOW) } })).faults).toEqual([
      { path: "eta", message: "expected either a countdown or an eta, got both" },
    ]);
  });

  it("an invalid date", () => {
    expect(refusalOf(() => compose({ options: { eta: new Date(Number.NaN) } })).faults[0]?.message).toContain("got an invalid Date");
  });

  it("a queue that is not configured, of the call or of the task", () => {
    const refusal = refusalOf(() => compose({ options: { queue: "mial" } }));
    expect(refusal.reason).toBe("unknown_queue");
    expect(refusal.faults).toEqual([{ path: "queue", message: "no queue is named 'mial'; did you mean 'mail'?" }]);
    const far = refusalOf(() => compose({}, { name: "tasks.other", queue: "elsewhere" }));
    expect(far.faults[0]?.message).toBe("no queue is named 'elsewhere'; task_queues has 'celery', 'mail'");
  });

  it("args and kwargs of another shape", () => {
    const refusal = refusalOf(() => compose(untyped('{"args": "ab", "kwargs": []}'), add));
    expect(refusal.reason).toBe("bad_arguments");
    expect(refusal.faults).toEqual([
      { path: "args", message: 'expected an array, got the string "ab"' },
      { path: "kwargs", message: "expected an object, got an array" },
    ]);
  });

  it("with every fault at once", () => {
    const refusal = refusalOf(() =>
      compose({ args: [Number.NaN], options: { priority: 11, queue: "none", headers: { h: new Map() } } }, add),
    );
    expect(refusal.reason).toBe("bad_arguments");
    expect(refusal.faults.map((fault) => fault.path)).toEqual(["args[1]", "args[0]", "priority", "headers.h", "queue"]);
  });

  it("more than a million bytes of arguments, counted as UTF-8, and not one fewer", () => {
    for (const letter of ["x", "é", "€", "😀", "\u0001", "\ud800"]) {
      const size = new TextEncoder().encode(JSON.stringify(letter)).length - 2;
      const count = Math.floor((1_000_000 - 4) / size);
      const filler = "x".repeat(1_000_000 - 4 - count * size);
      expect(compose({ args: [letter.repeat(count) + filler] }).queue).toBe("celery");
      const refusal = refusalOf(() => compose({ args: [`${letter.repeat(count)}${filler}x`] }));
      expect([refusal.reason, refusal.message]).toEqual(["too_large", expect.stringContaining("at most 1000000 bytes of arguments")]);
      expect(refusal.message).toContain("got 1000001: store the data elsewhere");
    }
  });

  it("too large args, kwargs and headers together, whatever stands around them", () => {
    const part = "x".repeat(333_000);
    const call = (more: number) => ({
      args: [part],
      kwargs: { y: part },
      options: { headers: { h: part + "x".repeat(more) }, shadow: "s".repeat(255) },
    });
    const spare = 1_000_000 - 3 * 333_000 - '[""]{"y":""}{"h":""}'.length;
    expect(compose(call(spare), add).line.length).toBeGreaterThan(1_000_000);
    expect(refusalOf(() => compose(call(spare + 1), add)).message).toContain("got 1000001");
  });

  it("what threw while it was read", () => {
    const trap = {
      toJSON: () => {
        throw new Error("no");
      },
    };
    expect(refusalOf(() => compose({ args: [trap] })).faults[0]?.message).toContain("reading it threw: no");
  });
});

describe("composeCall with what came out of JSON", () => {
  const fromJson = (json: string) => composeCall(any, untyped(json), { config, now: NOW, json: true });

  it("writes the same line", () => {
    expect(fromJson('{"args": [1, {"a": null}]}')).toEqual(compose({ args: [1, { a: null }] }));
  });

  it("still refuses a key __proto__ at any depth, but not the words", () => {
    const refusal = refusalOf(() => fromJson('{"args": [{"a": {"__proto__": {}}}]}'));
    expect(refusal.faults).toEqual([{ path: "args[0].a.__proto__", message: "the key '__proto__' is not allowed" }]);
    expect(fromJson('{"args": ["\\"__proto__\\":"]}').line).toContain("__proto__");
  });

  it("refuses what is nested too deeply to be written", () => {
    const refusal = refusalOf(() => fromJson(`{"args": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`));
    expect(refusal.faults).toEqual([
      { path: "args", message: "expected arguments that JSON can hold, got some that are nested too deeply" },
    ]);
  });
});
