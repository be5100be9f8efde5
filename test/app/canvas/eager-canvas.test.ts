import { describe, expect, it } from "vitest";
import { chain, chord, group } from "../../../src/app/canvas/canvas.ts";
import type { GroupResult } from "../../../src/app/canvas/group-result.ts";
import { Celeriac } from "../../../src/app/celeriac.ts";

class ExpectedError extends Error {
  override name = "ExpectedError";
}

function anApp() {
  const app = new Celeriac("tasks");
  const seen: unknown[] = [];
  const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
  const addZ = app.task("tasks.add_z", (x: number, y: number, z = 0) => x + y + Number(z), { parameters: ["x", "y", "z"] });
  const tsum = app.task("tasks.tsum", (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0));
  const fail = app.task("tasks.fail", (...more: string[]): number => {
    throw new ExpectedError(["Task expected to fail", ...more].join(", "));
  });
  const note = app.task("tasks.note", (word: unknown) => void seen.push(word), { parameters: ["word"] });
  const retryOnce = app.task(
    "tasks.retry_once",
    ({ request, retry }, ..._given: unknown[]) => (request.retries === 0 ? retry({ countdown: 60 }) : request.retries),
    { bind: true },
  );
  const twice = app.task("tasks.twice", (self, x: number): number => self.replace(chain(add.s(x, x), add.s(0))), { bind: true });
  return { app, seen, add, addZ, tsum, fail, note, retryOnce, twice };
}

describe("canvases that run where they are called", () => {
  it("are chains, groups and chords, with their values", async () => {
    const { add, tsum } = anApp();
    expect(await (await chain(add.s(4, 4), add.s(8), add.s(16)).apply()).get()).toBe(32);
    expect(await (await group(add.s(2, 2), add.s(4, 4)).apply()).get()).toEqual([4, 8]);
    expect(await (await chord([add.s(1, 1), add.s(2, 2)], tsum.s()).apply()).get()).toBe(6);
    expect(await (await chain(add.s(1, 0), group(add.s(1), add.s(2)), tsum.s(), add.s(1)).apply()).get()).toBe(6);
    expect(
      await (
        await add
          .chunks(
            [
              [1, 1],
              [2, 2],
              [3, 3],
            ],
            2,
          )
          .apply()
      ).get(),
    ).toEqual([[2, 4], [6]]);
    expect(
      await (
        await add
          .starmap([
            [1, 1],
            [2, 2],
          ])
          .apply()
      ).get(),
    ).toEqual([2, 4]);
  });

  it("know the results before them", async () => {
    const { add } = anApp();
    const last = await chain(add.s(1, 1), add.s(2), add.s(3)).apply();
    expect(await last.parent?.get()).toBe(4);
    expect(await last.parent?.parent?.get()).toBe(2);
    expect(last.parent?.parent?.parent).toBeNull();
  });

  it("fail as their step does, and later ones with it", async () => {
    const { add, fail, tsum } = anApp();
    const last = await chain(add.s(1, 1), fail.si("here"), add.s(3)).apply();
    await expect(last.get()).rejects.toThrow("Task expected to fail, here");
    await expect(last.parent?.get()).rejects.toThrow("Task expected to fail, here");
    const body = await chord([add.s(1, 1), fail.s()], tsum.s()).apply();
    expect(await body.get({ propagate: false })).toMatchObject({ name: "ChordError" });
    await expect(body.get()).rejects.toMatchObject({ name: "ExpectedError" });
  });

  it("call their callbacks, and what fails its errbacks", async () => {
    const { add, fail, note, seen } = anApp();
    await add.s(2, 2).link(note.s()).apply();
    const failed = await fail.s().linkError(note.s()).apply();
    expect(seen).toEqual([4, failed.id]);
  });

  it("run what takes a task's place", async () => {
    const { add, twice } = anApp();
    expect(await (await twice.apply({ args: [21] })).get()).toBe(42);
    expect(await (await chain(add.s(1, 1), twice.s(), add.s(1)).apply()).get()).toBe(5);
  });

  it("throw at once where they are told to", async () => {
    const { add, fail } = anApp();
    await expect(chain(fail.s(), add.s(1)).apply({ throw: true })).rejects.toMatchObject({ name: "ExpectedError" });
  });

  it("tell of a group's members", async () => {
    const { add, fail } = anApp();
    const result: GroupResult<[number, number]> = await group(add.s(1, 1), fail.s()).apply();
    expect(await result.ready()).toBe(true);
    expect([await result.completedCount(), await result.count(), await result.failed(), await result.successful()]).toEqual([
      1,
      2,
      true,
      false,
    ]);
    const [first, second] = await result.results();
    expect(await first?.get()).toBe(2);
    expect(await second?.failed()).toBe(true);
    await expect(result.get()).rejects.toMatchObject({ name: "ExpectedError" });
  });
});

describe("Celery's eager rows", () => {
  it.each(["A1", "A2"])("%s a failure with an errback is the result", async () => {
    const { fail, note } = anApp();
    const result = await fail.s("test").linkError(note.s()).apply();
    expect(await result.get({ propagate: false })).toMatchObject({ name: "ExpectedError", message: "Task expected to fail, test" });
  });

  it("A3 an errback that is retried itself", async () => {
    const { fail, retryOnce } = anApp();
    const result = await fail.s("test").linkError(retryOnce.s()).apply();
    expect(await result.get({ propagate: false })).toMatchObject({ name: "ExpectedError" });
  });

  it("A5 both by name", async () => {
    const { app } = anApp();
    const errback = app.signature<[string], unknown>("tasks.note");
    const result = await app.signature<[], never>("tasks.fail", ["test"]).linkError(errback).apply();
    expect(await result.get({ propagate: false })).toMatchObject({ name: "ExpectedError" });
  });

  it("B8 a chain, and E7 a chord, that a task runs and waits for", async () => {
    const { app, add, tsum } = anApp();
    const nested = app.task("tasks.nested", async () => {
      const steps = await (await chain(add.s(1, 1), add.s(2)).apply()).get();
      return steps + (await (await chord([add.s(1, 1)], tsum.s()).apply()).get());
    });
    expect(await (await nested.apply()).get()).toBe(6);
  });

  it("E9 keyword arguments reach every member of a chord's header once", async () => {
    const { app, addZ } = anApp();
    const all = app.task("tasks.all", (numbers: number[], more: number) => numbers.map((each) => each + more));
    const header = [0, 1, 2, 3].map((each) => addZ.s(each));
    const canvas = chord(header, all.s(8));
    expect(await (await canvas.apply({ args: [4], kwargs: { z: 1 } })).get()).toEqual([13, 14, 15, 16]);
  });
});
