import { describe, expect, it } from "vitest";
import type { AsyncResult } from "../../src/app/async-result.ts";
import { Celeriac } from "../../src/app/celeriac.ts";
import type { Lookup, TaskRecord } from "../../src/core/result.ts";
import { BrokerDouble, found, NOW } from "./broker-double.ts";

const error = { exc_type: "RangeError", exc_message: ["not yet"], exc_module: "builtins" };
const ended = {
  line: '{"task":"tasks.add","args":[2,{"__type__":"bytes","__value__":"hi"}],"kwargs":{"__type__":"bytes","__value__":"mine"}}',
  worker: "celeriac@1",
  retries: 2,
  queue: "sums",
  children: ["id-2", "id-3"],
};
const idsOf = async (results: Promise<AsyncResult[]>) => (await results).map(({ id }) => id);

/** The rows of Celery's AsyncResult (CELERY.md 4.1): what is asked, and what is answered of a task in some state. */
const ROWS: [row: string, lookup: Lookup, ask: (result: AsyncResult) => Promise<unknown>, answer: unknown][] = [
  ["status is state", of("STARTED"), (result) => result.status, "STARTED"],
  ["result of one that waits to be retried is the error", of("RETRY", error), (result) => result.result, new RangeError("not yet")],
  ["info is the same", of("RETRY", error), (result) => result.info, new RangeError("not yet")],
  ["result in a custom state is not there yet", of("PROGRESS", { done: 1 }), (result) => result.result, null],
  ["info in a custom state is its meta", of("PROGRESS", { done: 1 }), (result) => result.info, { done: 1 }],
  ["info of one that waits", of("PENDING"), (result) => result.info, null],
  ["info of one that succeeded is its result", of("SUCCESS", 5), (result) => result.info, 5],
  ["date_done", of("SUCCESS", 5), (result) => result.dateDone, new Date(NOW)],
  ["date_done before the end", of("RETRY", error), (result) => result.dateDone, null],
  ["name", of("SUCCESS", 5, ended), (result) => result.name, "tasks.add"],
  ["args", of("SUCCESS", 5, ended), (result) => result.args, [2, new TextEncoder().encode("hi")]],
  ["args of a call without", of("SUCCESS", 5), (result) => result.args, []],
  ["kwargs", of("SUCCESS", 5, ended), (result) => result.kwargs, { __type__: "bytes", __value__: "mine" }],
  ["kwargs of a call without", of("SUCCESS", 5), (result) => result.kwargs, {}],
  ["worker", of("SUCCESS", 5, ended), (result) => result.worker, "celeriac@1"],
  ["retries", of("SUCCESS", 5, ended), (result) => result.retries, 2],
  ["queue", of("SUCCESS", 5, ended), (result) => result.queue, "sums"],
  ["children", of("SUCCESS", 5, ended), (result) => idsOf(result.children), ["id-2", "id-3"]],
  ["children of one without", of("SUCCESS", 5), (result) => idsOf(result.children), []],
  ["exists", of("PENDING"), (result) => result.exists(), true],
];

describe("AsyncResult, row by row (4.1)", () => {
  it.each(ROWS)("%s", async (_, lookup, ask, answer) => {
    const { result } = setup(lookup);
    expect(await ask(result)).toEqual(answer);
  });

  it.each(["unknown", "expired"] as const)("knows nothing of an id that is %s", async (why) => {
    const { result } = setup({ found: false, why });
    const { dateDone, name, args, kwargs, worker, retries, queue, info } = result;
    expect(await Promise.all([dateDone, name, args, kwargs, worker, retries, queue, info])).toEqual(Array.from({ length: 8 }, () => null));
    expect(await result.children).toEqual([]);
    expect(await result.exists()).toBe(false);
  });

  it("reads a final state once, whatever is asked", async () => {
    const { broker, result } = setup(of("SUCCESS", 5, ended));
    await Promise.all([await result.info, result.name, result.args, result.children, result.exists(), result.get()]);
    expect(broker.waits).toEqual([0]);
  });
});

it("EagerResult answers the same of a run that no broker knows of (4.3)", async () => {
  const task = new Celeriac("tasks").task("tasks.add", (x: number, y: number) => new Date(x + y), { parameters: ["x", "y"] });
  const result = await task.apply({ args: [2], kwargs: { y: 3 } });
  const { status, name, args, kwargs, retries, queue, info, worker } = result;
  const answers = ["SUCCESS", "tasks.add", [2], { y: 3 }, 0, "celery", new Date(5), "celeriac@eager"];
  expect(await Promise.all([status, name, args, kwargs, retries, queue, info, worker])).toEqual(answers);
  expect([await result.exists(), await result.children, (await result.dateDone) instanceof Date]).toEqual([true, [], true]);
});

function setup(lookup: Lookup) {
  const app = new Celeriac("tasks");
  const broker = new BrokerDouble();
  broker.lookups = [lookup];
  app.connect(broker);
  return { broker, result: app.AsyncResult("id-1") };
}

function of(state: TaskRecord["state"], result?: unknown, more: Partial<TaskRecord> = {}): Lookup {
  const lookup = found(state, result);
  return lookup.found ? { found: true, record: { ...lookup.record, ...more } } : lookup;
}
