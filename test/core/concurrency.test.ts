import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FairTurns } from "../../src/core/concurrency.ts";

function takeAll(turns: FairTurns<number>): string[] {
  const taken: string[] = [];
  for (let next = turns.take(); next !== undefined; next = turns.take()) taken.push(`${next.key}${next.item}`);
  return taken;
}

describe("FairTurns", () => {
  it("lets keys take turns, the oldest of each first", () => {
    const turns = new FairTurns<number>(Number.POSITIVE_INFINITY);
    for (let item = 1; item <= 4; item++) turns.push("a", item);
    turns.push("b", 1);
    turns.push("c", 1);
    turns.push("c", 2);
    expect(takeAll(turns)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3", "a4"]);
  });

  it("lets a late key with one task go before the thousands of another", () => {
    const turns = new FairTurns<number>(Number.POSITIVE_INFINITY);
    for (let item = 1; item <= 5_000; item++) turns.push("many", item);
    turns.take();
    turns.push("one", 1);
    expect([turns.take()?.key, turns.take()?.key, turns.take()?.key]).toEqual(["many", "one", "many"]);
  });

  it("runs at most so many of one key, and goes on when one ends", () => {
    const turns = new FairTurns<number>(2);
    for (let item = 1; item <= 4; item++) turns.push("a", item);
    expect(takeAll(turns)).toEqual(["a1", "a2"]);
    expect([turns.waiting, turns.running("a")]).toEqual([2, 2]);
    turns.release("a");
    expect(takeAll(turns)).toEqual(["a3"]);
    turns.release("b");
    expect(turns.running("b")).toBe(0);
  });

  it("counts what ran before it was made", () => {
    const turns = new FairTurns<number>(1);
    turns.push("a", 1);
    turns.occupy("a");
    turns.occupy("a");
    expect(takeAll(turns)).toEqual([]);
    turns.release("a");
    expect(takeAll(turns)).toEqual([]);
    turns.release("a");
    expect(takeAll(turns)).toEqual(["a1"]);
  });

  it("follows a new limit", () => {
    const turns = new FairTurns<number>(1);
    for (let item = 1; item <= 4; item++) turns.push("a", item);
    expect(takeAll(turns)).toEqual(["a1"]);
    turns.setLimit(3);
    expect(takeAll(turns)).toEqual(["a2", "a3"]);
    turns.setLimit(1);
    turns.release("a");
    expect(takeAll(turns)).toEqual([]);
  });

  it("never passes the limit, loses nothing, keeps the order of a key, and leaves no key waiting that may run", () => {
    const keys = fc.constantFrom("a", "b", "c");
    const steps = fc.array(fc.oneof(fc.tuple(fc.constantFrom("push", "release"), keys), fc.constant(["take", ""] as const)), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), steps, (limit, script) => {
        const turns = new FairTurns<number>(limit);
        const waiting = new Map<string, number[]>([..."abc"].map((key) => [key, []]));
        const running = new Map<string, number>([..."abc"].map((key) => [key, 0]));
        const of = <V>(map: Map<string, V>, key: string, none: V) => map.get(key) ?? none;
        for (const [index, [what, key]] of script.entries()) {
          if (what === "push") {
            turns.push(key, index);
            waiting.get(key)?.push(index);
          } else if (what === "release") {
            turns.release(key);
            running.set(key, Math.max(0, of(running, key, 0) - 1));
          } else {
            const taken = turns.take();
            const able = [..."abc"].filter((name) => of(waiting, name, []).length > 0 && of(running, name, 0) < limit);
            if (taken === undefined) {
              expect(able).toEqual([]);
              continue;
            }
            expect(able).toContain(taken.key);
            expect(taken.item).toBe(waiting.get(taken.key)?.shift());
            running.set(taken.key, of(running, taken.key, 0) + 1);
          }
          for (const name of "abc") expect(turns.running(name)).toBe(running.get(name));
          expect(turns.waiting).toBe([...waiting.values()].flat().length);
        }
      }),
    );
  });
});
