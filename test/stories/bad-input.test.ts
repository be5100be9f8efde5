import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Door } from "./door.ts";
import { rawExchange } from "./raw-exchange.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");
const ONE = "/v1/tasks/stories.double";
const MANY = "/v1/tasks";
const JSON_TYPE = "application/json";
const GOOD = '{"args":[2]}';
const FREE_ID = "9b2e8c2e-3d4b-4f6a-8a1e-6f7a8b9c0d1e";

let runner: Runner;

beforeAll(async () => {
  runner = await startRunner({ config });
  await submitGood();
});
afterAll(endRunners);

/** A name, a body for one task, the status, and what the problem must say. */
const BODIES: [name: string, body: string | Uint8Array, status: number, says: string | RegExp][] = [
  ["that is not JSON", '{"args":[2', 400, /expected JSON: .*position 10/],
  ["with Python's quotes", "{'args':[2]}", 400, /expected JSON/],
  ["with NaN", '{"args":[NaN]}', 400, /expected JSON/],
  ["that is not UTF-8", Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400, "not UTF-8"],
  ["that is compressed", gzipSync(GOOD), 400, "compressed bodies are not taken"],
  ["that is an array", "[2]", 422, /expected an object such as .*, got an array/],
  ["that is null", "null", 422, "got null"],
  ["whose args are an object", '{"args":{"x":2}}', 422, "args: expected an array, got an object"],
  ["whose kwargs are an array", '{"kwargs":[2]}', 422, "kwargs: expected an object, got an array"],
  ["with three faults", '{"args":3,"kwargs":4,"countdown":"x"}', 422, /args: .*kwargs: .*countdown: expected a number of seconds/],
  [
    "with a countdown in words",
    '{"args":[2],"countdown":"soon"}',
    422,
    'countdown: expected a number of seconds, 0 or more, got the string "soon"',
  ],
  [
    "with a negative countdown",
    '{"args":[2],"countdown":-1}',
    422,
    "countdown: expected a number of seconds, 0 or more, got the number -1",
  ],
  ["with a countdown past all time", '{"args":[2],"countdown":1e300}', 422, "countdown: expected an instant before"],
  ["with an eta in words", '{"args":[2],"eta":"yesterday"}', 422, "eta: expected an ISO-8601 time"],
  ["with a priority of 10", '{"args":[2],"priority":10}', 422, "priority: expected a whole number from 0 to 9"],
  ["with an unknown queue", '{"args":[2],"queue":"nope"}', 422, "queue: no queue is named 'nope'; task_queues has 'celery'"],
  ["with a task id that is none", '{"args":[2],"task_id":"abc"}', 422, "task_id: expected a UUID"],
  ["with a misspelt option", '{"args":[2],"count_down":3}', 422, "did you mean 'countdown'?"],
  ["with too few arguments", '{"args":[]}', 422, "args[0]: missing required argument 'x'"],
  ["with too many arguments", '{"args":[1,2,3]}', 422, "args[1]: takes 1 positional argument but 3 were given"],
  ["with an unknown keyword", '{"kwargs":{"z":1}}', 422, "kwargs.z: got an unexpected keyword argument 'z'; did you mean 'x'?"],
  ["with an argument given twice", '{"args":[1],"kwargs":{"x":1}}', 422, "kwargs.x: got multiple values for argument 'x'"],
  ["with a key given twice, of which the last counts", '{"args":[2],"args":[1,2]}', 422, "takes 1 positional argument but 2 were given"],
  ["with __proto__ in an argument", '{"args":[{"__proto__":{"a":1}}]}', 422, "args[0].__proto__: the key '__proto__' is not allowed"],
  ["with __proto__ at the top", '{"__proto__":{"args":[1]}}', 422, "__proto__: the key '__proto__' is not allowed"],
  ["with __proto__ as a keyword", '{"kwargs":{"__proto__":{"x":1}}}', 422, "kwargs.__proto__: the key '__proto__' is not allowed"],
  ["with __proto__ in escapes", '{"args":[{"\\u005f_proto__":1}]}', 422, "args[0].__proto__: the key '__proto__' is not allowed"],
  [
    "nested 100,000 deep",
    `{"args":[${"[".repeat(100_000)}${"]".repeat(100_000)}]}`,
    422,
    "expected at most 200 arrays and objects within each other",
  ],
  ["of 20 MB", JSON.stringify({ args: ["x".repeat(20_000_000)] }), 413, "at most 16777216 bytes"],
  [
    "with an argument of 10 MB",
    JSON.stringify({ args: ["x".repeat(10_000_000)] }),
    413,
    "at most 1000000 bytes of arguments (JSON in UTF-8, headers included), got 10000",
  ],
];

/** The same for many tasks. */
const BULKS: typeof BODIES = [
  ["of nothing", "", 422, "expected at least one task"],
  ["of no tasks", "[]", 422, "expected at least one task, got none"],
  ["that is one task", `{"task":"stories.double","args":[2]}`, 422, "expected an array of tasks, got an object"],
  [
    "of which one is unknown",
    `[{"task":"stories.double","args":[2]},{"task":"stories.duble"}]`,
    422,
    /\[1]\.task: .*did you mean 'stories\.double'\?/,
  ],
  [
    "of which three are wrong",
    `[{"task":"stories.double"},5,{"task":"stories.double","args":[2]},{"args":[2]}]`,
    422,
    /\[0].*\[1].*\[3]\.task/,
  ],
  [
    "with one id twice",
    JSON.stringify([1, 2].map((x) => ({ task: "stories.double", args: [x], task_id: FREE_ID }))),
    409,
    /\[1]\.task_id: .*taken/,
  ],
  [
    "of 100,001 tasks",
    `[${Array.from({ length: 100_001 }, () => `{"task":"stories.double","args":[1]}`).join(",")}]`,
    413,
    "at most 100000 tasks",
  ],
];

/** A name, a request, the status, and what the problem must say. */
const REQUESTS: [name: string, path: string, init: RequestInit, status: number, says: string | RegExp][] = [
  ["an unknown task", "/v1/tasks/stories.duble", post(GOOD), 404, "'stories.duble'; did you mean 'stories.double'?"],
  ["a task named __proto__", "/v1/tasks/__proto__", post(GOOD), 404, "no task is registered under the name '__proto__'"],
  ["a task named constructor", "/v1/tasks/constructor", post(GOOD), 404, "no task is registered under the name 'constructor'"],
  ["a name of 5,000 letters", `/v1/tasks/${"a".repeat(5_000)}`, post(GOOD), 404, "a…'"],
  ["a broken escape in the name", "/v1/tasks/%E0%A4%A", post(GOOD), 404, "'%E0%A4%A'"],
  ["an id that is no id", "/v1/results/abc", {}, 404, '"abc" is not a task id: expected a UUID'],
  ["an id that is SQL", "/v1/results/'%20OR%201=1%20--", {}, 404, "is not a task id"],
  ["an id that is a path", "/v1/results/..%2f..%2fetc", {}, 404, "is not a task id"],
  ["an id that was never given", `/v1/results/${FREE_ID}`, {}, 404, `No task was ever given the id ${FREE_ID}`],
  ["a text body", ONE, post(GOOD, { "content-type": "text/plain" }), 415, "Expected the content type application/json"],
  [
    "a form",
    ONE,
    post("args=2", { "content-type": "application/x-www-form-urlencoded" }),
    415,
    "Expected the content type application/json",
  ],
  ["another charset", ONE, post(GOOD, { "content-type": `${JSON_TYPE}; charset=latin1` }), 415, "(in UTF-8)"],
  [
    "a bad line 5,000 of NDJSON",
    MANY,
    post(ndjson(6_000, 5_000), { "content-type": "application/x-ndjson" }),
    400,
    "line 5000: expected JSON",
  ],
  ["a negative wait", `${ONE}?wait=-1`, post(GOOD), 422, 'wait: expected a number of seconds from 0 to 60, got "-1"'],
  ["a wait in words", `/v1/results/${FREE_ID}?wait=soon`, {}, 422, 'wait: expected a number of seconds from 0 to 60, got "soon"'],
  ["a wait for many", `${MANY}?wait=1`, post(`[{"task":"stories.double","args":[2]}]`), 422, "wait: many tasks are not waited for"],
  [
    "an idempotency key of 5,000 letters",
    ONE,
    post(GOOD, { "idempotency-key": "x".repeat(5_000) }),
    422,
    "idempotency_key: expected a key of 1 to 255",
  ],
  ["a foreign Origin", ONE, post(GOOD, { origin: "https://evil.example" }), 403, 'the origin "https://evil.example"'],
  ["another port's Origin", ONE, post(GOOD, { origin: "http://localhost:3000" }), 403, 'the origin "http://localhost:3000"'],
  ["the Origin null", ONE, post(GOOD, { origin: "null" }), 403, 'the origin "null"'],
  ["a page of another site", ONE, post(GOOD, { "sec-fetch-site": "cross-site" }), 403, "another site sent it"],
  ["a preflight", ONE, { method: "OPTIONS", headers: { origin: "https://evil.example" } }, 405, "takes POST, got OPTIONS"],
  ["GET where tasks are posted", ONE, {}, 405, "takes POST, got GET"],
  ["PUT", ONE, { ...post(GOOD), method: "PUT" }, 405, "takes POST, got PUT"],
  ["DELETE of all tasks", MANY, { method: "DELETE" }, 405, "takes POST, GET, HEAD, got DELETE"],
  ["a route that is none", "/v1/nowhere", {}, 404, "GET /v1/nowhere is no route"],
];

/** A name, the head of a raw request, its body, the status, and what the answer must say; `gone` ends the sending side. */
const RAW: [name: string, head: string[], body: string, status: number, says: string | RegExp, gone?: "gone"][] = [
  ["a rebound Host", [`POST ${ONE}`, "Host: rebound.example:8787", "Content-Length: 12"], GOOD, 403, 'got \\"rebound.example:8787\\"'],
  ["a Host that begins well", [`GET ${MANY}`, "Host: localhost.evil.example"], "", 403, 'got \\"localhost.evil.example\\"'],
  ["a rebound Host at /healthcheck", ["GET /healthcheck", "Host: evil.example"], "", 403, 'got \\"evil.example\\"'],
  ["no Host", [`POST ${ONE}`, "Content-Length: 12"], GOOD, 400, "Bad Request"],
  ["a body that ends early", [`POST ${ONE}`, "Host: localhost", "Content-Length: 50"], GOOD, 400, "the connection ended before", "gone"],
  [
    "a chunk without a length",
    [`POST ${ONE}`, "Host: localhost", "Transfer-Encoding: chunked"],
    `zz\r\n${GOOD}\r\n`,
    400,
    "the connection ended before",
  ],
  ["a body longer than it says", [`POST ${ONE}`, "Host: localhost", "Content-Length: 5"], GOOD, 400, "expected JSON"],
  ["two lengths", [`POST ${ONE}`, "Host: localhost", "Content-Length: 12", "Content-Length: 2"], GOOD, 400, "content-length"],
  [
    "20 MB announced and not sent",
    [`POST ${ONE}`, "Host: localhost", "Content-Length: 20000000", "Expect: 100-continue"],
    "",
    413,
    "at most 16777216 bytes",
  ],
  ["bytes that are no HTTP", ["\x16\x03\x01\x02\x00\x01\x00"], "", 400, "invalid"],
];

describe("bad input is refused by a problem that names the fault", () => {
  it.each(BODIES)("a body %s", async (_, body, status, says) => expectProblem(await send(ONE, post(body)), status, says));
  it.each(BULKS)("a bulk %s", async (_, body, status, says) => expectProblem(await send(MANY, post(body)), status, says));
  it.each(REQUESTS)("%s", async (_, path, init, status, says) => expectProblem(await send(path, init), status, says));

  it.each(RAW)("%s", async (_, [first = "", ...headers], body, status, says, gone) => {
    const head = [`${first} HTTP/1.1`, `Content-Type: ${JSON_TYPE}`, ...headers, "", ""].join("\r\n");
    const answer = await rawExchange(runner.port, head + body, gone === "gone");
    expect(answer.text).toMatch(says);
    expect(answer.status).toBe(status);
  });

  it("eight bodies of 20 MB at once", async () => {
    const body = JSON.stringify({ args: ["x".repeat(20_000_000)] });
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(ONE, post(body))));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 413));
  });
});

describe("after all that", () => {
  it("the server is alive, and nothing of it was enqueued", async () => {
    const lastId = await submitGood();
    const accepted = await new Door(runner.url).acceptedByShard();
    expect(accepted.reduce((sum, shard) => sum + shard.accepted, 0)).toBe(2);
    // The line of the last task may be printed after its answer.
    await expect.poll(() => runner.output()).toContain(`Task stories.double[${lastId}] succeeded`);
    const received = runner.output().match(/ received$/gm) ?? [];
    console.log(
      `bad input: ${BODIES.length + BULKS.length + REQUESTS.length + RAW.length + 8} requests refused, ${received.length} tasks run (the two good ones)`,
    );
    expect(received).toHaveLength(2);
    expect((await fetch(`${runner.url}/v1/results/${FREE_ID}`)).status).toBe(404);
    const { true: refusals = [], false: others = [] } = Object.groupBy(runner.output().split("\n"), (line) =>
      String(/: WARNING\/http\] \S+ \S+ refused without a known key: 403 foreign_(origin|host)$/.test(line)),
    );
    expect(refusals).toHaveLength(7);
    expect(others.join("\n")).not.toMatch(/\b(ERROR|WARNING)\/|Error: /);
    expect((await fetch(`${runner.url}/healthcheck`)).status).toBe(200);
  });
});

function post(body: string | Uint8Array, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", headers: { "content-type": JSON_TYPE, ...headers }, body };
}

async function send(path: string, init: RequestInit): Promise<{ status: number; type: string | null; text: string }> {
  const answer = await fetch(`${runner.url}${path}`, init);
  return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
}

function expectProblem(answer: Awaited<ReturnType<typeof send>>, status: number, says: string | RegExp): void {
  expect({ status: answer.status, type: answer.type }).toEqual({ status, type: "application/problem+json" });
  const problem: { type: string; status: number; detail: string; errors?: { path: string; message: string }[] } = JSON.parse(answer.text);
  expect(problem.type).toMatch(/^urn:celeriac:problem:/);
  expect(problem.status).toBe(status);
  const faults = (problem.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
  expect([problem.detail, ...faults].join(" | ")).toMatch(says);
}

async function submitGood(): Promise<string> {
  const { status, body } = await new Door(runner.url).call("stories.double", { args: [2] }, "?wait=5");
  expect({ status, result: body.result }).toEqual({ status: 200, result: 4 });
  return body.task_id;
}

function ndjson(lines: number, broken: number): string {
  const good = `{"task":"stories.double","args":[1]}`;
  return Array.from({ length: lines }, (_, index) => (index === broken - 1 ? good.slice(0, -3) : good)).join("\n");
}
