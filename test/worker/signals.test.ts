/** Celery's signals of a worker (CELERY.md 8.6). */
import { describe, expect, it } from "vitest";
import type { SignalName } from "../../src/app/signals.ts";
import { SIGNAL_NAMES, Signals } from "../../src/app/signals.ts";
import { TaskRevokedError } from "../../src/core/errors.ts";
import { Ignore, Reject } from "../../src/core/flow.ts";
import { attempt, NOW } from "./attempt-stage.ts";
import type { Handler } from "./stage.ts";
import { aGate, settle } from "./stage.ts";

/** All signals of one attempt, by name, in their order. */
async function heard(handler: Handler, setup: Parameters<typeof attempt>[1] = {}) {
  const signals = new Signals();
  const seen: [string, Record<string, unknown>][] = [];
  for (const name of SIGNAL_NAMES) signals.connect(name as SignalName, (payload) => void seen.push([name, { ...payload }]));
  await attempt(handler, { ...setup, signals }).outcome;
  return { names: seen.map(([name]) => name), payload: (name: string) => seen.find(([one]) => one === name)?.[1] };
}

const throwing = (error: unknown) => () => {
  throw error;
};

describe("the signals of an attempt", () => {
  it.each([
    ["success", () => 5, ["task_received", "task_prerun", "task_success", "task_postrun"]],
    ["failure", throwing(new Error("no")), ["task_received", "task_prerun", "task_failure", "task_postrun"]],
    ["retry", (self) => self.retry(), ["task_received", "task_prerun", "task_retry", "task_postrun"]],
    ["ignore", throwing(new Ignore()), ["task_received", "task_prerun", "task_postrun"]],
    ["reject", throwing(new Reject()), ["task_received", "task_prerun", "task_failure", "task_postrun"]],
    ["reject with requeue", throwing(new Reject("no", true)), ["task_received", "task_prerun", "task_postrun"]],
  ] as [string, Handler, string[]][])("%s", async (_row, handler, names) => {
    expect((await heard(handler)).names).toEqual(names);
  });

  it("5.8 G5 receivers of task_received see the stamps of the task", async () => {
    const { payload } = await heard(() => 1, { line: { stamps: { tenant: "a" }, stamped_headers: ["tenant"] } });
    expect(payload("task_received")).toMatchObject({ request: { stamps: { tenant: "a" }, stampedHeaders: ["tenant"] } });
  });

  it("a task that expired: task_revoked", async () => {
    const { names, payload } = await heard(() => 1, { granted: { expires: NOW - 1 } });
    expect(names).toEqual(["task_received", "task_revoked"]);
    expect(payload("task_revoked")).toMatchObject({ sender: "tasks.it", expired: true, terminated: false, request: { id: "the-id" } });
  });

  it("a task that is terminated while it runs: task_revoked at once, and nothing after it", async () => {
    const signals = new Signals();
    const seen: unknown[] = [];
    for (const name of ["task_revoked", "task_success", "task_postrun"] as const) {
      signals.connect(name, (payload) => void seen.push([name, "terminated" in payload && payload.terminated]));
    }
    const gate = aGate();
    const { outcome, task } = attempt(() => gate.promise, { signals });
    await settle();
    task.abandon(new TaskRevokedError("terminated"));
    expect(seen).toEqual([["task_revoked", true]]);
    gate.open();
    await outcome;
    expect(seen).toHaveLength(1);
  });

  it("a name that nobody has: task_unknown; a call that cannot be read: task_rejected", async () => {
    const unknown = await heard(() => 1, { line: { task: "tasks.gone" } });
    expect(unknown.names).toEqual(["task_received", "task_unknown"]);
    expect(unknown.payload("task_unknown")).toMatchObject({ name: "tasks.gone", taskId: "the-id", exc: { name: "NotRegistered" } });
    expect((await heard(() => 1, { granted: { line: "{" } })).names).toEqual(["task_rejected"]);
  });

  it("a hook that throws: task_internal_error", async () => {
    const { names, payload } = await heard(() => 1, { definition: { hooks: { onSuccess: throwing(new Error("no")) } } });
    expect(names).toEqual(["task_received", "task_prerun", "task_internal_error", "task_success", "task_postrun"]);
    expect(payload("task_internal_error")).toMatchObject({ sender: "tasks.it", taskId: "the-id", exception: new Error("no") });
  });

  it("tell what Celery's tell", async () => {
    const { payload } = await heard((_self, x) => x, { line: { args: [7] } });
    expect(payload("task_prerun")).toEqual({ sender: "tasks.it", taskId: "the-id", args: [7], kwargs: {} });
    expect(payload("task_success")).toEqual({ sender: "tasks.it", taskId: "the-id", result: 7 });
    expect(payload("task_postrun")).toEqual({ sender: "tasks.it", taskId: "the-id", args: [7], kwargs: {}, retval: 7, state: "SUCCESS" });
    const failed = await heard(throwing(new RangeError("no")));
    expect(failed.payload("task_failure")).toMatchObject({
      exception: new RangeError("no"),
      traceback: expect.stringContaining("RangeError: no"),
      einfo: { type: "RangeError" },
    });
  });
});

describe("a receiver", () => {
  it("is awaited before the task goes on", async () => {
    const signals = new Signals();
    const order: string[] = [];
    signals.connect("task_prerun", async () => {
      await null;
      order.push("prerun");
    });
    await attempt(() => void order.push("body"), { signals }).outcome;
    expect(order).toEqual(["prerun", "body"]);
  });

  it("that throws is logged, and changes nothing", async () => {
    const signals = new Signals();
    signals.connect("task_prerun", throwing(new Error("no")));
    const { outcome, log } = attempt(() => 5, { signals });
    expect((await outcome).result).toBe("5");
    expect(log.lines[1]).toContain("ERROR Task tasks.it[the-id] INTERNAL ERROR: Error('no') in a receiver of task_prerun");
  });

  it("of one sender hears of no other", async () => {
    const signals = new Signals();
    const seen: string[] = [];
    signals.connect("task_prerun", ({ sender }) => void seen.push(sender), "tasks.other");
    await attempt(() => 5, { signals }).outcome;
    expect(seen).toEqual([]);
  });

  it("is told once however often it was connected, and no more when it was taken off", async () => {
    const signals = new Signals();
    let told = 0;
    const receiver = () => {
      told += 1;
    };
    signals.connect("task_prerun", receiver);
    const off = signals.connect("task_prerun", receiver);
    await attempt(() => 5, { signals }).outcome;
    off();
    await attempt(() => 5, { signals }).outcome;
    expect([told, signals.has("task_prerun")]).toEqual([1, false]);
  });
});
