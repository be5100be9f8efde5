import { describe, expectTypeOf, it } from "vitest";
import { chain, chord, group } from "../../src/app/canvas/canvas.ts";
import type { GroupResult } from "../../src/app/canvas/group-result.ts";
import type { Signature } from "../../src/app/canvas/signature.ts";
import type { StepResult as AsyncResult } from "../../src/app/canvas/step-result.ts";
import {
  add,
  add3,
  app,
  bound,
  fails,
  greet,
  join,
  label,
  maybe,
  onError,
  onErrorNew,
  pair,
  person,
  ping,
  range,
  shout,
  text,
  tsum,
} from "./canvas-tasks.ts";

describe("what a partial call still takes", () => {
  it("is what stands in front of what it has", () => {
    expectTypeOf(add.s().delay).parameters.toEqualTypeOf<[x: number, y: number]>();
    expectTypeOf(add.s(2).delay).parameters.toEqualTypeOf<[number]>();
    expectTypeOf(add.s(2, 3).delay).parameters.toEqualTypeOf<[]>();
    expectTypeOf(add3.s(1).delay).parameters.toEqualTypeOf<[number, number]>();
    expectTypeOf(add3.s(1).clone([2]).delay).parameters.toEqualTypeOf<[number]>();
    expectTypeOf(ping.s().delay).parameters.toEqualTypeOf<[]>();
    expectTypeOf(bound.s(2).delay).parameters.toEqualTypeOf<[]>();
    expectTypeOf(shout.s(3).delay).parameters.toEqualTypeOf<[string]>();
    expectTypeOf(shout.s("a").delay).parameters.toEqualTypeOf<[]>();
    void shout.s().delay("a");
    void shout.s().delay("a", 2);
    void join.s("a").delay("b", "c");
    void label.s(1, 2).delay("a");
    void label.s(1, 2).delay("a", 0);
    void add.si(1, 2).delay();
  });

  it("tells what it gives", () => {
    expectTypeOf(add.s(2, 3).delay()).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(shout.s("a").applyAsync({ countdown: 2 })).resolves.toEqualTypeOf<AsyncResult<string>>();
    expectTypeOf(add.signature([2], undefined, { queue: "sums" })).toEqualTypeOf<Signature<[number], number, "one">>();
    expectTypeOf(add.signature([], { y: 2 }).delay(1)).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(text.map([1, 2]).delay()).resolves.toEqualTypeOf<AsyncResult<string[]>>();
    expectTypeOf(shout.map(["a"]).delay()).resolves.toEqualTypeOf<AsyncResult<string[]>>();
    expectTypeOf(add.starmap([[1, 2]]).delay()).resolves.toEqualTypeOf<AsyncResult<number[]>>();
    expectTypeOf(add.chunks([[1, 2]], 10).delay()).resolves.toEqualTypeOf<GroupResult<number[][]>>();
  });
});

describe("a canvas", () => {
  it("is a chain whose steps take what comes", () => {
    expectTypeOf(chain(add.s(2, 3), add.s(4), text.s(), shout.s(2)).delay()).resolves.toEqualTypeOf<AsyncResult<string>>();
    expectTypeOf(chain(add.s(), add.s(4)).delay).parameters.toEqualTypeOf<[x: number, y: number]>();
    expectTypeOf(chain(add.s(1)).delay(2)).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(chain([add.s(1, 2), text.s()]).delay()).resolves.toEqualTypeOf<AsyncResult<string>>();
    expectTypeOf(add.s(2, 3).pipe(add.s(4)).pipe(text.s()).delay()).resolves.toEqualTypeOf<AsyncResult<string>>();
    void chain(ping.s(), add.si(1, 2), ping.si(), text.si(3));
    void chain(text.s(1), shout.s());
    void chain(person.s("ann"), greet.s());
    void chain(fails.s(), add.s(3));
    void chain(range.s(3), tsum.s(), add.s(1));
    void chain(text.s(1), join.s("a", "b"));
    void chain(text.s(1), label.s(1, 2, 3));
    void chain(chain(add.s(1, 2), add.s(3)), chain(add.s(4), text.s()));
    void chain([1, 2, 3].map((x) => add.s(x)));
    void chain(add.s(1, 2), app.signature<[x: number], string>("other.task"), shout.s());
    void chain(add.s(1, 2).set({ queue: "sums" }), add.s(3).set({ countdown: 1, immutable: false }));
    void chain(add.s(1, 2), ping.s().setImmutable(true), add.si(1, 2));
  });

  it("is a group of anything", () => {
    expectTypeOf(group(add.s(1, 2), text.s(3)).delay()).resolves.toEqualTypeOf<GroupResult<[number, string]>>();
    expectTypeOf(group([1, 2].map((x) => add.s(x, x))).delay()).resolves.toEqualTypeOf<GroupResult<number[]>>();
    expectTypeOf(group(add.s(1), add.s(2)).delay).parameters.toEqualTypeOf<[number]>();
    expectTypeOf(group().delay()).resolves.toEqualTypeOf<GroupResult<[]>>();
    expectTypeOf(group(group(add.s(1, 2), add.s(3, 4)), text.s(5)).delay()).resolves.toEqualTypeOf<GroupResult<[number, number, string]>>();
    expectTypeOf(group(add.si(1, 2), text.s(1)).delay()).resolves.toEqualTypeOf<GroupResult<[number, string]>>();
    expectTypeOf(group(add.s(1, 2), text.s(3)).skew({ start: 1, step: 2 })).toEqualTypeOf<Signature<[], [number, string], "group">>();
    expectTypeOf(chain(add.s(1, 2), group(add.s(1), text.s())).delay()).resolves.toEqualTypeOf<GroupResult<[number, string]>>();
    expectTypeOf(group(chain(add.s(1, 2), group(add.s(1), add.s(2))), add.s(1, 2)).delay()).resolves.toEqualTypeOf<
      GroupResult<[[number, number], number]>
    >();
    expectTypeOf(group(new Set([add.s(1, 2)])).delay()).resolves.toEqualTypeOf<GroupResult<number[]>>();
  });

  it("is a chord whose body takes the list", () => {
    expectTypeOf(chord([add.s(1, 2), add.s(3, 4)], tsum.s()).delay()).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(chord([add.s(1, 2), text.s(3)], pair.s()).delay()).resolves.toEqualTypeOf<AsyncResult<{ x: number; word: string }>>();
    expectTypeOf(chord(group([1, 2].map((x) => add.s(x, x))), tsum.s()).delay()).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(
      chord(
        [1, 2].map((x) => add.s(x, x)),
        tsum.s(),
      ).delay(),
    ).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(group(add.s(1, 2), add.s(3, 4)).pipe(tsum.s()).delay()).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(chain(group(add.s(1, 2), add.s(3, 4)), tsum.s(), text.s()).delay()).resolves.toEqualTypeOf<AsyncResult<string>>();
    expectTypeOf(chord([], tsum.s()).delay()).resolves.toEqualTypeOf<AsyncResult<number>>();
    void chord([add.s(1, 2)], add.si(3, 4));
    void chord([add.s(1), add.s(2)], tsum.s()).delay(5);
    void chord([add.s(1, 2)], chain(tsum.s(), group(add.s(1), add.s(2))));
    void chord([chord([add.s(1, 2)], tsum.s()), add.s(1, 2)], tsum.s());
    void chain(add.s(1, 2), chord([add.s(1), add.s(2)], tsum.s()), text.s());
    void chain(add.chunks([[1, 2]], 10), app.signature<[number[][]], number>("tasks.xsum"));
  });

  it("calls back what takes its value, or its error", () => {
    expectTypeOf(add.s(1, 2).link(text.s()).linkError(onError.s())).toEqualTypeOf<Signature<[], number, "one">>();
    void add.s(1, 2).link(ping.si()).onError(onErrorNew.s());
    void chain(add.s(1, 2), text.s()).link(shout.s()).linkError(ping.si());
    void group(add.s(1, 2), add.s(3, 4)).linkError(onError.s());
    void chord([add.s(1, 2)], tsum.s()).link(chain(text.s(), shout.s()));
  });

  it("is told of, and lets null be told apart", () => {
    expectTypeOf(maybe.s(1).delay()).resolves.toEqualTypeOf<AsyncResult<number | null>>();
    expectTypeOf(app.signature({ task: "tasks.add" })).toEqualTypeOf<Signature<unknown[], unknown, "one">>();
  });
});
