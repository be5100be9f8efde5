/** What a running task calls: root and parent of the call, children of the task (CELERY.md 3, "Root/parent ids"). */
import { describe, expect, it } from "vitest";
import { Celeriac } from "../../src/app/celeriac.ts";
import { currentTask } from "../../src/current-task.ts";
import type { RunnableTask } from "../../src/worker/run-task.ts";
import { BrokerDouble } from "../app/broker-double.ts";
import { attempt } from "./attempt-stage.ts";
import { aGate, settle } from "./stage.ts";

function setup() {
  const app = new Celeriac("tasks");
  const broker = new BrokerDouble();
  app.connect(broker);
  let given = 0;
  const submit = broker.transport.submit;
  broker.transport.submit = async (calls) => {
    given += 1;
    broker.answer = { ok: true, ids: [`child-${given}`], duplicates: [] };
    return submit(calls);
  };
  return { broker, other: app.task("tasks.other", (x?: number) => x ?? 0) };
}

describe("a call made by a running task", () => {
  it("has it as parent and its root as root, and is one of its children", async () => {
    const { broker, other } = setup();
    const { outcome } = attempt(async () => void (await other.delay(1)), { line: { root_id: "root" } });
    expect((await outcome).children).toEqual(["child-1"]);
    expect(broker.lines).toEqual([{ task: "tasks.other", args: [1], root_id: "root", parent_id: "the-id" }]);
  });

  it("has it as root when no task made the first call", async () => {
    const { broker, other } = setup();
    await attempt(async () => void (await other.delay())).outcome;
    expect(broker.lines).toEqual([{ task: "tasks.other", root_id: "the-id", parent_id: "the-id" }]);
  });

  it("is known over awaits, and of tasks side by side each has its own", async () => {
    const { broker, other } = setup();
    const gate = aGate();
    const late = async () => {
      await gate.promise;
      await other.delay();
    };
    const both = [attempt(late, { granted: { id: "a" } }), attempt(late, { granted: { id: "b" } })];
    gate.open();
    const outcomes = await Promise.all(both.map(({ outcome }) => outcome));
    expect(broker.lines.map((line) => line.parent_id)).toEqual(["a", "b"]);
    expect(outcomes.map(({ children }) => children)).toEqual([["child-1"], ["child-2"]]);
  });

  it("has its priority with task_inherit_parent_priority, unless the call says one", async () => {
    const { broker, other } = setup();
    const calls = async () => {
      await other.delay();
      await other.applyAsync({ args: [], priority: 2 });
    };
    await attempt(calls, { line: { priority: 7 } }).outcome;
    Object.assign(broker.config, { taskInheritParentPriority: true });
    await attempt(calls, { line: { priority: 7 } }).outcome;
    expect(broker.calls.map(({ priority }) => priority)).toEqual([undefined, 2, 7, 2]);
  });

  it("is sent before the task ends, though the handler does not await it", async () => {
    const { broker, other } = setup();
    const gate = aGate();
    const submit = broker.transport.submit;
    broker.transport.submit = async (calls) => {
      await gate.promise;
      return submit(calls);
    };
    const task: RunnableTask = {
      name: "tasks.it",
      run: () => {
        void other.delay(1);
        void other.delay(2);
        return "done";
      },
    };
    // The second time it is known to answer at once.
    for (const [round, ids] of [
      ["child-1", "child-2"],
      ["child-3", "child-4"],
    ].entries()) {
      let ended = false;
      const { outcome } = attempt(() => undefined, { definition: task });
      void Promise.resolve(outcome).then(() => {
        ended = true;
      });
      await settle();
      if (round === 0) expect(ended).toBe(false);
      gate.open();
      expect(await outcome).toMatchObject({ state: "SUCCESS", result: '"done"', children: ids });
    }
  });

  it("that is refused is no child and is logged, awaited or not, and the task ends as it ends", async () => {
    const { broker, other } = setup();
    broker.transport.submit = async () => ({ ok: false, code: "backlog_full", index: 0, message: "full" });
    const { outcome, log } = attempt(() => {
      void other.delay();
      return 1;
    });
    const ended = await outcome;
    expect([ended.state, ended.children]).toEqual(["SUCCESS", undefined]);
    expect(log.lines).toContain("WARNING Task tasks.it[the-id] made a call that was not sent: BacklogFull('tasks.other: full')");
  });

  it("is a child also of a hook, and of a task that fails", async () => {
    const { other } = setup();
    const hooks = { onFailure: () => other.delay() };
    const { outcome } = attempt(
      () => {
        throw new Error("no");
      },
      { definition: { hooks } },
    );
    expect(await outcome).toMatchObject({ state: "FAILURE", children: ["child-1"] });
  });

  it("bears the same idempotency mark whoever makes it", async () => {
    const { broker, other } = setup();
    const call = () => other.applyAsync({ args: [1], idempotencyKey: "once" });
    await call();
    await attempt(async () => void (await call())).outcome;
    const [first, second] = broker.calls;
    expect(second?.idempotency).toEqual(first?.idempotency);
  });
});

describe("the current task", () => {
  it("is there inside a task only", async () => {
    const seen: unknown[] = [];
    await attempt(() => void seen.push(currentTask()?.id, currentTask()?.priority), { line: { priority: 4 } }).outcome;
    expect([...seen, currentTask()]).toEqual(["the-id", 4, undefined]);
  });
});
