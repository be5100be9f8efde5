import { describe, expect, it } from "vitest";
import { composeCanvas } from "../../../src/core/canvas/compose-canvas.ts";
import { flowOf } from "../../../src/core/canvas/flow.ts";
import { packLayout, unpackLayout } from "../../../src/core/canvas/packed-layout.ts";
import { planOf } from "../../../src/core/canvas/plan.ts";
import { defaultConfig } from "../../../src/core/config.ts";
import { aCanvas } from "./run-canvas.ts";

const add = { name: "tasks.add", parameters: ["x", "y"].map((name) => ({ name, required: true, rest: false })) };
const registry = { get: (name: string) => (name === "tasks.add" ? add : undefined), names: () => ["tasks.add"] };
const compose = async (json: unknown) => composeCanvas(json, { registry, config: defaultConfig, now: 1_000_000 });
const sig = (args: unknown[] = [], options: object = {}, task = "tasks.add") => ({ task, args, kwargs: {}, options });
const chain = (...tasks: unknown[]) => ({ task: "celery.chain", subtask_type: "chain", kwargs: { tasks } });
const group = (...tasks: unknown[]) => ({ task: "celery.group", subtask_type: "group", kwargs: { tasks } });

describe("a canvas that is composed", () => {
  it("is refused whole, with every fault at its path", async () => {
    const faulty = chain(sig([2]), sig([], { countdown: "soon" }), sig([1], {}, "tasks.sub"), sig([1], { idempotency_key: "k" }));
    const composed = await compose(faulty);
    expect(composed.ok ? [] : composed.faults.map(({ path }) => path)).toEqual([
      "kwargs.tasks[0].args[1]",
      "kwargs.tasks[1].args[0]",
      "kwargs.tasks[1].options.countdown",
      "kwargs.tasks[2].task",
      "kwargs.tasks[3].options.idempotency_key",
    ]);
  });

  it("counts what a later step says in seconds from its release, and an eta as it stands", async () => {
    const eta = "2026-12-24T18:00:00Z";
    const composed = await compose(chain(sig([1, 2], { countdown: 5 }), sig([1], { countdown: 5, expires: 9 }), sig([1], { eta })));
    expect(composed).toMatchObject({
      ok: true,
      workflow: { calls: [{ due: 1_005_000 }, { release: { countdown: 5_000, expires: 9_000 } }, { due: Date.parse(eta) }] },
    });
  });

  it("makes one template of an errback that all steps share", async () => {
    const composed = await compose({ ...chain(sig([1, 2]), sig([1]), sig([1])), options: { link_error: [sig([1])] } });
    expect(composed).toMatchObject({ ok: true, workflow: { plan: { callbacksOf: [1, 3], templates: [{ given: "id" }] } } });
  });
});

describe("a layout", () => {
  it("is packed into some numbers, and is the same when it is unpacked", () => {
    const canvas = aCanvas(
      chain(sig(), group(...Array.from({ length: 1_000 }, () => chain(sig(), sig()))), group(group(sig()), sig()), sig()),
    );
    const { calls, joins } = planOf(flowOf(canvas, { errbacksOnHeader: false }));
    const packed = packLayout({ calls, joins, handle: null });
    expect(JSON.stringify(packed).length).toBeLessThan(20_000);
    const { layout } = unpackLayout(packed);
    expect(layout.calls).toEqual(calls.map(({ step: _, ...placement }) => placement));
    expect(layout.joins).toEqual(joins);
  });
});
