import fc from "fast-check";
import { expect, it } from "vitest";
import type { SignatureJson } from "../../../src/core/canvas/signature.ts";
import { meaningOf } from "./meaning.ts";
import { aCanvas, runCanvas, vectorTasks } from "./run-canvas.ts";

const LEAVES = ["tasks.identity", "tasks.xsum", "tasks.xsum", "tasks.identity", "tasks.fail"];

/** A random canvas. Its tasks take any value, so that it fails only where it is to. */
const canvas = fc.letrec<{ canvas: SignatureJson; leaf: SignatureJson }>((tie) => ({
  leaf: fc.record({
    task: fc.nat(60).map((chance) => LEAVES[chance < 4 ? chance : chance === 60 ? 4 : chance % 2] ?? ""),
    args: fc.constant([1]),
    kwargs: fc.constant({}),
    options: fc.constant({}),
    subtask_type: fc.constant(null),
    immutable: fc.boolean(),
  }),
  canvas: fc.oneof(
    { depthSize: "small", maxDepth: 5, withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("canvas"), { minLength: 1, maxLength: 4 }).map((tasks) => composed("chain", { tasks })),
    fc.array(tie("canvas"), { maxLength: 4 }).map((tasks) => composed("group", { tasks })),
    fc
      .tuple(fc.array(tie("canvas"), { maxLength: 4 }), tie("canvas"))
      .map(([header, body]) => composed("chord", { header, body, kwargs: {} })),
  ),
})).canvas;

function composed(kind: "chain" | "group" | "chord", kwargs: Record<string, unknown>): SignatureJson {
  return { task: `celery.${kind}`, args: [], kwargs, options: {}, subtask_type: kind, immutable: false };
}

it("whatever is nested in whatever ends, in any order of its tasks, with the value that its parts say", () => {
  fc.assert(
    fc.property(canvas, fc.infiniteStream(fc.nat()), (json, numbers) => {
      const choose = (ready: number) => (numbers.next().value ?? 0) % ready;
      const { outcome, starts, ends, plan } = runCanvas(aCanvas(json), vectorTasks, choose);
      const meant = meaningOf(json, vectorTasks);
      if ("value" in meant) expect(isLoneGroup(json) ? [outcome, { value: [Object.values(outcome)[0]] }] : [outcome]).toContainEqual(meant);
      else expect(outcome).toHaveProperty("error");
      expect(Math.max(0, ...starts)).toBeLessThanOrEqual(1);
      expect(ends.filter((end) => end === undefined)).toEqual([]);
      expect(ends.filter((end, slot) => end === "SUCCESS" && starts[slot] === 0)).toEqual([]);
      expect(plan.calls).toHaveLength(ends.length);
    }),
    { numRuns: 2_000 },
  );
});

/** Celery takes a group of one that ends in a group for that one (CELERY.md 5.8, B4): the only place where a value is not what its parts say. */
function isLoneGroup({ subtask_type, kwargs = {} }: SignatureJson): boolean {
  return subtask_type === "group" && (kwargs.tasks as unknown[]).length === 1;
}
