import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/core/call.ts";
import { aCall, calls, numbers, pass, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const express = { express: true } satisfies Partial<Call>;

describe("the express lane", () => {
  it("is handed what is declared for it, in a lease that is reported like any, and no bell is rung", async () => {
    const stage = new Stage();
    const [id = ""] = await stage.submit(calls(2, express));
    const grant = await vi.waitFor(() => {
      const [first] = stage.express();
      if (first === undefined) throw new Error("expected the express lane to be handed a grant");
      return first;
    });
    expect([numbers(grant), stage.bells(), await stage.rows()]).toEqual([[0, 1], [], { page: 1, lease: 1 }]);
    await stage.finish(grant);
    expect(await stage.states([id])).toEqual(["SUCCESS"]);
  });

  it("is not handed what is not declared, what waits for an instant, or more than one consumer takes: a bell is rung", async () => {
    const lists = [[aCall(0), aCall(1, express)], [aCall(0, { ...express, due: Date.now() + 1 }), aCall(1, express)], calls(3, express)];
    for (const list of lists) {
      const stage = new Stage({ worker_concurrency: 2 });
      await stage.submit(list);
      expect([await stage.rows(), stage.bells().length > 0]).toMatchObject([{ page: expect.any(Number) }, true]);
      expect((await stage.rows()).lease).toBeUndefined();
    }
  });

  it("is not handed a task that others wait before in its queue", async () => {
    const stage = new Stage();
    await stage.submit(calls(1));
    await stage.submit([aCall(1, express)]);
    expect(await stage.rows()).toEqual({ page: 2 });
    expect(numbers(await stage.claim())).toEqual([0, 1]);
  });

  it("is never handed another's task: not for a call that is refused, or answered with an earlier task", async () => {
    const stage = new Stage();
    const call = aCall(0, { ...express, taskId: crypto.randomUUID(), onceOnly: true });
    await stage.submit([call]);
    await vi.waitFor(() => expect(stage.express()).toHaveLength(1));
    await stage.submit([aCall(7)]);
    await stage.send([call]);
    await stage.send([{ ...call, onceOnly: false }]);
    expect(await stage.rows()).toMatchObject({ lease: 1 });
    expect(numbers(await stage.claim())).toEqual([7]);
    expect(stage.express()).toEqual([]);
  });

  it("is not handed a task whose instant has just come", async () => {
    const stage = new Stage();
    await stage.submit([aCall(5, { due: Date.now() + 1_000 })]);
    pass(1_000);
    await stage.submit([aCall(1, express)]);
    expect(await stage.rows()).toEqual({ page: 2 });
  });

  it("is made good by the lease when it is lost: the task is granted again", async () => {
    const stage = new Stage();
    await stage.submit(calls(1, express));
    stage.express();
    await stage.crash();
    await stage.broker.sweep();
    await stage.lapse();
    expect(stage.bells()).toHaveLength(1);
    expect((await stage.claim()).tasks).toMatchObject([{ attempt: 2 }]);
  });
});
