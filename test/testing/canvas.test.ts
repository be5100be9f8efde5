import { describe, expect, it } from "vitest";
import { chain, chord, group } from "../../src/app/canvas/canvas.ts";
import { Celeriac } from "../../src/app/celeriac.ts";
import { testBroker } from "../../src/testing/test-broker.ts";

const app = new Celeriac("canvases");
const add = app.task("tasks.add", (x: number, y: number) => x + y);
const tsum = app.task("tasks.tsum", (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0));
const fail = app.task("tasks.fail", (): number => {
  throw new RangeError("deliberate error");
});
const seen: unknown[] = [];
const note = app.task("tasks.note", (word: unknown) => void seen.push(word));
const twice = app.task("tasks.twice", (self, x: number): number => self.replace(chain(add.s(x, x), add.s(0))), { bind: true });
const joiner = app.task(
  "tasks.joiner",
  async (self, x: number) => {
    await self.addToChord(add.s(x, 100));
    return x;
  },
  { bind: true },
);

describe("a test's broker, with canvases", () => {
  it("runs the steps of a chain one after the other", async () => {
    using broker = testBroker(app);
    const last = await chain(add.s(1, 1), add.s(2), add.s(3)).delay();
    expect(await last.state).toBe("PENDING");
    expect(await broker.run()).toBe(3);
    expect(await last.get()).toBe(7);
    expect(await last.parent?.get()).toBe(4);
  });

  it("runs whatever is waited for", async () => {
    using _broker = testBroker(app);
    const result = await chord([add.s(1, 1), add.s(2, 2)], tsum.s()).delay();
    expect(await result.get()).toBe(6);
    const members = await group(add.s(1, 1), add.s(2, 2)).delay();
    expect(await members.get()).toEqual([2, 4]);
  });

  it("says for what it would have to move the clock", async () => {
    using broker = testBroker(app);
    const last = await chain(add.s(1, 1), add.s(2).set({ countdown: 60 })).delay();
    await expect(last.get()).rejects.toMatchObject({ code: "clock_stands_still" });
    broker.advance(60);
    expect(await last.get()).toBe(4);
  });

  it("ends what cannot run any more", async () => {
    using broker = testBroker(app);
    const last = await chain(add.s(1, 1), fail.si(), add.s(2)).delay();
    const body = await chord([fail.s(), add.s(1, 1)], tsum.s()).delay();
    await broker.run();
    expect(await last.state).toBe("FAILURE");
    await expect(last.get()).rejects.toThrow("deliberate error");
    expect(await body.get({ propagate: false })).toMatchObject({ name: "ChordError" });
  });

  it("revokes the rest of a chain with a step that waits", async () => {
    using broker = testBroker(app);
    const last = await chain(add.s(1, 1).set({ countdown: 60 }), add.s(2)).delay();
    expect(await last.parent?.revoke()).toBe("revoked");
    expect(await broker.runAll()).toBe(0);
    expect(await last.state).toBe("REVOKED");
  });

  it("calls back", async () => {
    using broker = testBroker(app);
    seen.length = 0;
    await add.s(2, 2).link(note.s()).delay();
    const failed = await fail.s().linkError(note.s()).delay();
    await broker.run();
    expect(seen).toEqual([4, failed.id]);
  });

  it("runs what takes a task's place, and what joins its chord", async () => {
    using _broker = testBroker(app);
    const replaced = await twice.delay(21);
    expect(await replaced.get()).toBe(42);
    expect(await (await chain(add.s(1, 1), twice.s(), add.s(1)).delay()).get()).toBe(5);
    expect(await (await chord([joiner.s(1), add.s(1, 1)], tsum.s()).delay()).get()).toBe(104);
    const alone = await joiner.delay(1);
    await expect(alone.get()).rejects.toMatchObject({ name: "CeleriacError", message: expect.stringContaining("no member of a chord") });
  });

  it("runs a canvas where it is sent, if it is eager", async () => {
    using _broker = testBroker(app, { eager: true });
    const last = await chain(add.s(1, 1), group(add.s(1), add.s(2)), tsum.s()).delay();
    expect(await last.state).toBe("SUCCESS");
    expect(await last.get()).toBe(7);
  });
});
