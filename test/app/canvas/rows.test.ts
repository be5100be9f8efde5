import { describe, expect, it } from "vitest";
import { chain, chord, group } from "../../../src/app/canvas/canvas.ts";
import { Signature } from "../../../src/app/canvas/signature.ts";
import { Celeriac } from "../../../src/app/celeriac.ts";
import { testBroker } from "../../../src/testing/test-broker.ts";

const app = new Celeriac("rows");
const add = app.task("tasks.add", (x: number, y: number) => x + y);
const tsum = app.task("tasks.tsum", (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0));

const INNER = {
  chain: () => chain(add.s(1, 2), add.s(3)),
  group: () => group(add.s(1, 2), add.s(3, 4)),
  chord: () => chord([add.s(1, 2), add.s(3, 4)], tsum.s()),
};

/** Celery's rows F1 to F9: what is returned, of what it is made. */
const RETURNED = [
  ["F1 a chain of a chain", () => chain(INNER.chain(), add.s(5))],
  ["F2 a chain of a group", () => chain(INNER.group(), tsum.s())],
  ["F3 a chain of a chord", () => chain(INNER.chord(), add.s(5))],
  ["F4 a group of a chain", () => group(INNER.chain(), add.s(5, 6))],
  ["F5 a group of a group", () => group(INNER.group(), add.s(5, 6))],
  ["F6 a group of a chord", () => group(INNER.chord(), add.s(5, 6))],
  ["F7 a chord of a chain", () => chord([INNER.chain(), add.s(5, 6)], tsum.s())],
  ["F8 a chord of a group", () => chord(INNER.group(), tsum.s())],
  ["F9 a chord of a chord", () => chord([INNER.chord(), add.s(5, 6)], tsum.s())],
] as const;

const returned = app.task("tasks.returned", (row: number): object => RETURNED[row]?.[1]() ?? {});
const rebuilt = app.task("tasks.rebuilt", (json: object) => {
  const strangers: unknown[] = [];
  const walk = (value: unknown): void => {
    if (!(value instanceof Signature)) strangers.push(value);
    else for (const each of value.body === null ? value.tasks : [...value.tasks, value.body]) walk(each);
  };
  const signature = app.signature(json);
  walk(signature);
  return { strangers: strangers.length, json: signature.toJSON() };
});

describe("signatures as values", () => {
  it.each(RETURNED.map(([name, make], row) => [name, row, make] as const))("%s, rebuilt by the next task", async (_name, row, make) => {
    using _broker = testBroker(app);
    const result = await chain(returned.s(row), rebuilt.s()).delay();
    expect(await result.get()).toEqual({ strangers: 0, json: JSON.parse(JSON.stringify(make())) });
  });

  it("B48 a chain's id is that of its last step, once it has one", () => {
    const steps = chain(add.s(4, 4), add.s(2));
    expect(steps.id).toBeNull();
    expect(chain(add.s(4, 4), add.s(2).set({ taskId: "42" })).id).toBe("42");
    expect(steps.freeze("42").id).toBe("42");
    expect(steps.id).toBe("42");
    expect(() => (chain(add.s(1, 1), group(add.s(1))) as unknown as typeof steps).freeze()).toThrow("the ids of groups are the broker's");
  });

  it("are stamped with all that is in them", () => {
    const stamped = chord([add.s(1, 1).link(add.s(1))], tsum.s())
      .stamp({ trace: 1 })
      .stamp({ trace: 2, tenant: "a" })
      .toJSON();
    const text = JSON.stringify(stamped);
    expect(text.match(/"stamped_headers":\["trace","tenant"\]/g)).toHaveLength(4);
    expect(text.match(/"trace":1/g)).toHaveLength(4);
  });
});
