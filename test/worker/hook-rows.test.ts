/** Celery's handlers around a task (CELERY.md 2.2): their arguments and their order. */
import { describe, expect, it } from "vitest";
import type { TaskHooks } from "../../src/app/task-hooks.ts";
import { Ignore, Reject } from "../../src/core/flow.ts";
import { attempt, errorOf } from "./attempt-stage.ts";
import type { Handler } from "./stage.ts";

const boom = () => {
  throw new RangeError("no");
};

/** Runs a task whose hooks note what they are called with. */
function noted(handler: Handler, setup: Parameters<typeof attempt>[1] = {}, hooks: TaskHooks = {}) {
  const seen: unknown[][] = [];
  const note =
    (name: string) =>
    async (...args: unknown[]) => {
      await null;
      seen.push([name, ...args.slice(0, -1)]);
    };
  const all: TaskHooks = {
    beforeStart: note("beforeStart"),
    onSuccess: note("onSuccess"),
    onFailure: note("onFailure"),
    onRetry: note("onRetry"),
    afterReturn: note("afterReturn"),
    ...hooks,
  };
  const run = attempt(
    (self, ...args) => {
      seen.push(["body"]);
      return handler(self, ...args);
    },
    { ...setup, definition: { ...setup?.definition, hooks: all } },
  );
  return { ...run, seen };
}

const line = { args: [2, 3], kwargs: {} };
const names = (seen: unknown[][]) => seen.map(([name]) => name);

describe("2.2 order and arguments", () => {
  it("success: before_start, body, on_success, after_return(SUCCESS)", async () => {
    const { outcome, seen, log } = noted((_self, x, y) => Number(x) + Number(y), { line });
    expect((await outcome).result).toBe("5");
    expect(seen).toEqual([
      ["beforeStart", "the-id", [2, 3], {}],
      ["body"],
      ["onSuccess", 5, "the-id", [2, 3], {}],
      ["afterReturn", "SUCCESS", 5, "the-id", [2, 3], {}, null],
    ]);
    expect(log.lines.at(-1)).toContain("succeeded in");
  });

  it("failure: before_start, body, on_failure, after_return(FAILURE)", async () => {
    const { outcome, seen } = noted(boom, { line });
    expect((await outcome).state).toBe("FAILURE");
    const einfo = { type: "RangeError", exception: new RangeError("no"), traceback: expect.stringContaining("RangeError: no") };
    expect(seen.slice(2)).toEqual([
      ["onFailure", new RangeError("no"), "the-id", [2, 3], {}, einfo],
      ["afterReturn", "FAILURE", new RangeError("no"), "the-id", [2, 3], {}, einfo],
    ]);
  });

  it("retry: before_start, body, on_retry, and no after_return", async () => {
    const { outcome, seen } = noted((self) => self.retry({ exc: new RangeError("no") }));
    expect((await outcome).state).toBe("RETRY");
    expect(names(seen)).toEqual(["beforeStart", "body", "onRetry"]);
    expect(seen[2]?.[1]).toEqual(new RangeError("no"));
  });

  it("no after_return for ignore and reject", async () => {
    for (const error of [new Ignore(), new Reject(), new Reject("no", true)]) {
      const { outcome, seen } = noted(() => {
        throw error;
      });
      await outcome;
      expect(names(seen)).toEqual(["beforeStart", "body"]);
    }
  });

  it("a hard time limit: on_failure and after_return", async () => {
    const { outcome, seen, time } = noted(() => new Promise(() => {}), { definition: { timeLimit: 1 } });
    await time.advance(1);
    await outcome;
    expect(names(seen)).toEqual(["beforeStart", "body", "onFailure", "afterReturn"]);
  });

  it("a result that cannot be stored: on_failure with the EncodeError", async () => {
    const { outcome, seen } = noted(() => () => 1);
    await outcome;
    expect(names(seen)).toEqual(["beforeStart", "body", "onFailure", "afterReturn"]);
    expect(seen[2]?.[1]).toMatchObject({ name: "EncodeError" });
  });

  it("a lost lease: none after it", async () => {
    let lose = () => {};
    const { outcome, seen, task } = noted(() => {
      lose();
      return 1;
    });
    lose = () => task.abandon(new DOMException("the lease was lost", "AbortError"));
    await outcome;
    expect(names(seen)).toEqual(["beforeStart", "body"]);
  });

  it("the last argument of each is the context", async () => {
    const ids: unknown[] = [];
    const hooks: TaskHooks = { onSuccess: (_retval, _id, _args, _kwargs, self) => void ids.push(self.request.id) };
    await noted(() => 1, {}, hooks).outcome;
    expect(ids).toEqual(["the-id"]);
  });
});

describe("2.2 a hook that throws", () => {
  it("before_start: an ordinary task failure, which autoretry does not see", async () => {
    const { outcome, seen } = noted(() => 1, { policy: { autoretryFor: [Error] } }, { beforeStart: boom });
    expect(errorOf(await outcome)).toEqual(["FAILURE", "RangeError", "no"]);
    expect(names(seen)).toEqual(["onFailure", "afterReturn"]);
  });

  it("before_start may end the attempt as a handler may", async () => {
    const { outcome } = noted(() => 1, {}, { beforeStart: (_id, _args, _kwargs, self) => self.retry({ countdown: 1 }) });
    expect((await outcome).state).toBe("RETRY");
  });

  it("any other: logged, the others are called, and the outcome stays", async () => {
    const { outcome, seen, log } = noted(() => 5, {}, { onSuccess: boom });
    expect(await outcome).toMatchObject({ state: "SUCCESS", result: "5" });
    expect(names(seen)).toEqual(["beforeStart", "body", "afterReturn"]);
    expect(log.lines[1]).toMatch(
      /^ERROR Task tasks\.it\[the-id\] INTERNAL ERROR: RangeError\('no'\) in onSuccess\nRangeError: no\n {4}at /,
    );
  });
});
