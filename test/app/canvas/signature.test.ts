import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chain, chord, group } from "../../../src/app/canvas/canvas.ts";
import { Signature } from "../../../src/app/canvas/signature.ts";
import { Celeriac } from "../../../src/app/celeriac.ts";
import { RefusedCall } from "../../../src/core/errors.ts";

const app = new Celeriac("tasks");
const add = app.task("p.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
const one = app.task("p.add1", (x: number) => x);
const tsum = app.task("p.tsum", (numbers: number[]) => numbers.length);
const sendAny = app.task("p.any", (...args: unknown[]) => args);

const FILE = join(import.meta.dirname, "../../../../shared/vectors/wire.json");

describe.skipIf(!existsSync(FILE))("the JSON of a signature is Celery's", () => {
  const { signatures } = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : { signatures: {} };
  const made: Record<string, Signature> = {
    signature: add.s(1, 2).set({ queue: "q", countdown: 5 }),
    immutable: add.si(1, 2),
    chain: chain(add.s(1, 1), add.s(2)),
    group: group(add.s(1, 1), add.s(2, 2)),
    chord: chord([add.s(1, 1)], tsum.s()),
    map: app.task("p.map_add", (x: number) => x).map([1]),
    starmap: add.starmap([[1, 2]]),
    chunks: add.chunks([[1, 2]], 1),
    chain_upgraded: chain(add.s(1, 1), group(add.s(1), add.s(2)), tsum.s()),
  } as unknown as Record<string, Signature>;

  it.for(Object.keys(signatures))("of a %s", (name) => {
    const json = JSON.parse(JSON.stringify(made[name]).replace("p.map_add", "p.add"));
    expect(json).toEqual(signatures[name]);
  });

  it.for(Object.keys(signatures))("of a %s that was read", (name) => {
    expect(JSON.parse(JSON.stringify(app.signature(signatures[name])))).toEqual(signatures[name]);
  });
});

describe("a signature", () => {
  it("puts later arguments in front, lets later keywords and options win", () => {
    const partial = add.signature([2], undefined, { countdown: 1, queue: "a" }).clone([1], { z: 3 }, { countdown: 9 });
    expect(partial.toJSON()).toMatchObject({ args: [1, 2], kwargs: { z: 3 }, options: { countdown: 9, queue: "a" } });
    expect(partial.options).toEqual({ countdown: 9, queue: "a" });
  });

  it("that is immutable takes options, and no arguments", () => {
    const fixed = add.si(1, 2).clone([7], { z: 1 }, { queue: "b" });
    expect(fixed.toJSON()).toMatchObject({ args: [1, 2], kwargs: {}, options: { queue: "b" }, immutable: true });
  });

  it("is copied into a canvas, so that a later change does not reach it", () => {
    const step = add.s(1, 2);
    const both = chain(step, add.s(3));
    step.set({ queue: "late" });
    expect(both.tasks[0]?.options).toEqual({});
    both.tasks[0]?.set({ queue: "own" });
    expect(both.toJSON().kwargs).toMatchObject({ tasks: [{ options: { queue: "own" } }, {}] });
  });

  it("links equal signatures once, and gives errbacks to itself", () => {
    const linked = add
      .s(1, 2)
      .link(one.s())
      .link(one.s())
      .link(one.s().set({ queue: "b" }))
      .onError(sendAny.si())
      .linkError(sendAny.si());
    expect(linked.toJSON().options).toMatchObject({
      link: [{ options: {} }, { options: { queue: "b" } }],
      link_error: [{ task: "p.any" }],
    });
  });

  it("writes dates among options as ISO text, and values with Celery's tags", () => {
    const eta = new Date("2026-12-24T18:00:00Z");
    const json = sendAny
      .s(eta, new Set([1]))
      .set({ eta })
      .toJSON();
    expect(json.options).toEqual({ eta: "2026-12-24T18:00:00.000Z" });
    expect(json.args).toEqual([{ __type__: "datetime", __value__: "2026-12-24T18:00:00+00:00" }, [1]]);
    expect(app.signature(json).args).toEqual([eta, [1]]);
  });

  it("tells of each value that JSON cannot hold, with its path", () => {
    const wrong = chain(
      sendAny.s(() => 1),
      group(sendAny.s(Number.NaN), sendAny.s(1)),
    );
    const refused = catchIt(() => wrong.toJSON());
    expect(refused).toBeInstanceOf(RefusedCall);
    expect((refused as RefusedCall).faults.map(({ path }) => path)).toEqual([
      "kwargs.tasks[0].args[0]",
      "kwargs.tasks[1].kwargs.tasks[0].args[0]",
    ]);
  });

  it("takes an option away with null", () => {
    expect(add.s(1, 2).set({ queue: "a", priority: 3 }).set({ queue: null }).options).toEqual({ priority: 3 });
  });

  it("is read with every fault and its path", () => {
    const refused = catchIt(() => app.signature({ task: "celery.chain", kwargs: { tasks: [{ task: 5 }, { task: "a", arg: 1 }] } }));
    expect((refused as RefusedCall).faults.map(({ path }) => path)).toEqual(["kwargs.tasks[0].task", "kwargs.tasks[1].arg"]);
  });

  it("is no promise: nothing calls it before it is told to", async () => {
    expect(await add.s(1, 2)).toBeInstanceOf(Signature);
    expect("then" in add.s(1, 2)).toBe(false);
  });

  it("says what it is", () => {
    expect(String(chain(add.s(1, 2), add.s(3), chord([one.s(), add.s(4)], tsum.s())))).toBe(
      "p.add(1, 2) | p.add(3) | chord([p.add1(), p.add(4)], p.tsum())",
    );
  });
});

describe("putting signatures together", () => {
  const names = (signature: { toJSON(): unknown }) =>
    JSON.stringify(signature)
      .match(/"task":"[^"]*"/g)
      ?.map((each) => each.slice(8, -1));

  it("makes one chain of chains, and of a chain of one its step", () => {
    expect(names(chain(chain(add.s(1, 2), add.s(3)), chain(add.s(4))))).toEqual(["celery.chain", "p.add", "p.add", "p.add"]);
    expect(chain(add.s(1, 2)).subtaskType).toBeNull();
    expect(chain([add.s(1, 2)]).task).toBe("p.add");
  });

  it("makes a chord of a group that something follows, and lets what follows a chord join its body", () => {
    const joined = group(add.s(1, 2), add.s(3, 4)).pipe(tsum.s()).pipe(add.s(5));
    expect(joined.subtaskType).toBe("chord");
    expect(joined.body?.tasks.map(({ task }) => task)).toEqual(["p.tsum", "p.add"]);
  });

  it("leaves a group of options or callbacks of its own as it is", () => {
    const kept = chain(group(add.s(1, 2), add.s(3, 4)).link(sendAny.si()), tsum.s());
    expect(kept.tasks.map(({ subtaskType }) => subtaskType)).toEqual(["group", null]);
  });

  it("makes a group in a group part of it, and leaves an empty one out of a chain", () => {
    expect(group(group(add.s(1, 2), add.s(3, 4)), add.s(5, 6)).tasks).toHaveLength(3);
    expect(chain(add.s(1, 2), group([]) as never).task).toBe("p.add");
  });

  it("gives arguments to a chain's first step and to every member of a group, once each", () => {
    const given = chain(group(add.s(1), add.s(2)), tsum.s()).clone([10], { z: 1 });
    expect(given.tasks.map(({ args, kwargs }) => [args, kwargs])).toEqual([
      [[10, 1], { z: 1 }],
      [[10, 2], { z: 1 }],
    ]);
    expect(given.body?.args).toEqual([]);
  });

  it("makes a group, and a chord's header, immutable by its members", () => {
    expect(
      group(add.s(1), add.s(2))
        .setImmutable(true)
        .tasks.map(({ immutable }) => immutable),
    ).toEqual([true, true]);
  });

  it("spreads a group's members over time", () => {
    const spread = group([1, 2, 3, 4].map((x) => add.s(x, x))).skew({ start: 1, stop: 3, step: 1 });
    expect(spread.tasks.map(({ options }) => options.countdown)).toEqual([1, 2, 1, 2]);
  });

  it("refuses what is no signature", () => {
    expect(() => chain(add.s(1, 2), 5 as never)).toThrow("expected a signature such as task.s(…), got the number 5");
    expect(() => add.chunks([[1, 2]], 0)).toThrow("chunks: expected a whole number of items a task, 1 or more, got 0");
  });
});

function catchIt(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
