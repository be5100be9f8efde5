import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { StepResult as AsyncResult } from "../../src/app/canvas/step-result.ts";
import { Celeriac } from "../../src/app/celeriac.ts";
import type { TaskContext } from "../../src/app/context.ts";
import type { EagerResult } from "../../src/app/eager-result.ts";
import type { Task } from "../../src/app/task.ts";
import type { Retry } from "../../src/core/flow.ts";
import type { TaskDefinition, TaskRegistry } from "../../src/core/task-definition.ts";

const app = new Celeriac("tasks");
const add = app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] });
const later = app.task("tasks.later", async (name: string, times?: number) => ({ name, times: times ?? 1 }));
const sum = app.task("tasks.sum", (first: number, ...rest: number[]) => first + rest.length);
const ping = app.task("tasks.ping", () => "pong");
const bound = app.task("tasks.bound", (self, x: number) => `${self.request.id} ${x}`, { bind: true });
const boundOnly = app.task("tasks.bound_only", (self) => self.request.retries, { bind: true });
const power = app.task("tasks.power", (x: number, y = 2) => x ** y, { parameters: ["x", "y"] });
const boundPower = app.task("tasks.bound_power", (_self, x: number, y: number = 2) => x ** y, { bind: true });
const unbound = app.task("tasks.unbound", (x: number) => x, { bind: false });

describe("a task", () => {
  it("is typed from its handler", () => {
    expectTypeOf(add).toEqualTypeOf<Task<[x: number, y: number], number, number, "tasks.add">>();
    expectTypeOf(later).toEqualTypeOf<
      Task<[name: string, times?: number], { name: string; times: number }, Promise<{ name: string; times: number }>, "tasks.later">
    >();
    expectTypeOf(sum).toEqualTypeOf<Task<[first: number, ...rest: number[]], number, number, "tasks.sum">>();
    expectTypeOf(ping).toEqualTypeOf<Task<[], "pong", "pong", "tasks.ping">>();
    expectTypeOf(power).toEqualTypeOf<Task<[x: number, y?: number], number, number, "tasks.power">>();
    expectTypeOf(unbound).toEqualTypeOf<Task<[x: number], number, number, "tasks.unbound">>();
  });

  it("takes its context out of the arguments when bound", () => {
    expectTypeOf(bound).toEqualTypeOf<Task<[x: number], string, string, "tasks.bound">>();
    expectTypeOf(boundPower).toEqualTypeOf<Task<[x: number, y?: number], number, number, "tasks.bound_power">>();
    expectTypeOf(boundOnly).toEqualTypeOf<Task<[], number, number, "tasks.bound_only">>();
    app.task("t", (self: TaskContext, x: number) => [self.env, x], { bind: true });
    // @ts-expect-error a bound handler's first parameter is the context
    app.task("t", (x: number, y: number) => x + y, { bind: true });
  });

  it("refuses an option that there is not", () => {
    // @ts-expect-error the option is `parameters`
    app.task("t", (x: number) => x, { parameter: ["x"] });
    // @ts-expect-error a queue is named by text
    app.task("t", (x: number) => x, { queue: 3 });
  });

  it("refuses a handler that is no function, and parameters without a type", () => {
    // @ts-expect-error an object is no handler
    app.task("t", {});
    // @ts-expect-error the type of x is not known
    app.task("t", (x) => x);
  });

  it("goes where tasks of any type are wanted", () => {
    expectTypeOf(add).toExtend<Task>();
    expectTypeOf(bound).toExtend<Task>();
    expectTypeOf(later).toExtend<TaskDefinition>();
    expectTypeOf(app).toExtend<TaskRegistry<Task>>();
    expectTypeOf(app).toExtend<TaskRegistry<TaskDefinition>>();
    expectTypeOf(app.get("tasks.add")).toEqualTypeOf<Task | undefined>();
  });
});

describe("a task with a schema", () => {
  const pair = z.tuple([z.number(), z.coerce.date()]);
  const timed = app.task("tasks.timed", (x, at) => `${x.toFixed()} ${at.getTime()}`, { schema: pair });
  const split = app.task("tasks.split", (id, count) => id.repeat(count), {
    parameters: ["id", "count?"],
    schema: { args: z.tuple([z.string(), z.string().transform(Number)]), kwargs: z.object({}) },
  });
  const boundTimed = app.task("tasks.bound_timed", (self, x, at) => [self.request.id, x.toFixed(), at.getTime()], {
    bind: true,
    schema: pair,
  });

  it("gives its handler what the schema makes, and takes what the schema takes", () => {
    expectTypeOf(timed).toEqualTypeOf<Task<z.input<typeof pair>, string, string, "tasks.timed">>();
    expectTypeOf(split).toEqualTypeOf<Task<[string, string], string, string, "tasks.split">>();
    expectTypeOf(boundTimed.delay).parameters.toEqualTypeOf<z.input<typeof pair>>();
    void split.delay("a", "3");
  });

  it("refuses arguments and handlers that do not fit the schema", () => {
    // @ts-expect-error the schema takes text
    void split.delay("a", 3);
    // @ts-expect-error the schema takes two
    void split.delay("a");
    // @ts-expect-error the schema makes a number of the first
    app.task("t", (x: string) => x, { schema: pair });
    // @ts-expect-error no schema
    app.task("t", (x: number) => x, { schema: { x: "number" } });
  });

  it("keeps its handler's types when only its keywords have one", () => {
    const named = app.task("t", (x: number, y: string) => y.repeat(x), { parameters: ["x", "y"], schema: { kwargs: z.object({}) } });
    expectTypeOf(named).toEqualTypeOf<Task<[x: number, y: string], string, string, "t">>();
  });
});

describe("delay", () => {
  it("takes the handler's arguments and promises a result of its type", () => {
    expectTypeOf(add.delay(2, 3)).toEqualTypeOf<Promise<AsyncResult<number>>>();
    expectTypeOf(later.delay("a")).toEqualTypeOf<Promise<AsyncResult<{ name: string; times: number }>>>();
    expectTypeOf(later.delay).parameters.toEqualTypeOf<[name: string, times?: number]>();
    expectTypeOf(sum.delay).toBeCallableWith(1, 2, 3);
    expectTypeOf(bound.delay).parameters.toEqualTypeOf<[x: number]>();
  });

  it("refuses wrong arguments", () => {
    // @ts-expect-error text is no number
    void add.delay("2", 3);
    // @ts-expect-error one is missing
    void add.delay(2);
    // @ts-expect-error one too many
    void add.delay(2, 3, 4);
    // @ts-expect-error the optional one is a number
    void later.delay("a", "b");
    // @ts-expect-error all further ones are numbers
    void sum.delay(1, 2, "3");
    // @ts-expect-error takes nothing
    void ping.delay(1);
  });
});

describe("a task called as a function", () => {
  it("answers what the handler returns, as it is", () => {
    expectTypeOf(add(2, 3)).toEqualTypeOf<number>();
    expectTypeOf(later("a")).toEqualTypeOf<Promise<{ name: string; times: number }>>();
    expectTypeOf(bound(1)).toEqualTypeOf<string>();
    expectTypeOf(power(3)).toEqualTypeOf<number>();
    // @ts-expect-error text is no number
    add("2", 3);
    // @ts-expect-error the context is not the caller's to give
    bound({}, 1);
  });
});

describe("apply", () => {
  it("takes what applyAsync does and how to run it, and promises a result of its type", () => {
    expectTypeOf(add.apply({ args: [2, 3], throw: true, retries: 1 })).toEqualTypeOf<Promise<EagerResult<number>>>();
    expectTypeOf<EagerResult<number>>().toExtend<AsyncResult<number>>();
    void ping.apply();
    // @ts-expect-error no arguments at all
    void add.apply();
    // @ts-expect-error text is no number
    void add.apply({ args: ["2", 3] });
  });
});

describe("applyAsync", () => {
  it("takes args as the handler has them, and options", () => {
    expectTypeOf(add.applyAsync({ args: [2, 3], countdown: 1 })).toEqualTypeOf<Promise<AsyncResult<number>>>();
    const fixed = [2, 3] as const;
    void add.applyAsync({ args: fixed, eta: new Date(0), expires: 5 });
    void later.applyAsync({ args: ["a"] });
    void sum.applyAsync({ args: [1, 2, 3] });
    void ping.applyAsync();
    void ping.applyAsync({ countdown: 1 });
  });

  it("lets args be left out, or short, with kwargs", () => {
    void add.applyAsync({ kwargs: { x: 2, y: 3 } });
    void add.applyAsync({ args: [2], kwargs: { y: 3 }, countdown: 1 });
  });

  it("refuses wrong arguments and options", () => {
    // @ts-expect-error text is no number
    void add.applyAsync({ args: [2, "3"] });
    // @ts-expect-error one is missing
    void add.applyAsync({ args: [2] });
    // @ts-expect-error no arguments at all
    void add.applyAsync({ countdown: 1 });
    // @ts-expect-error nothing at all
    void add.applyAsync();
    // @ts-expect-error text is no number, with kwargs too
    void add.applyAsync({ args: ["2"], kwargs: { y: 3 } });
    // @ts-expect-error the option is `countdown`
    void add.applyAsync({ args: [2, 3], countdwon: 1 });
    // @ts-expect-error a countdown is a number of seconds
    void add.applyAsync({ args: [2, 3], countdown: "1" });
  });
});

describe("AsyncResult", () => {
  it("is typed by what the handler returns, awaited", async () => {
    const result = await later.delay("a");
    expectTypeOf(result.get()).toEqualTypeOf<Promise<{ name: string; times: number }>>();
    expectTypeOf(result.get({ timeout: 5 })).toEqualTypeOf<Promise<{ name: string; times: number }>>();
    expectTypeOf(result.get({ propagate: false })).toEqualTypeOf<Promise<{ name: string; times: number } | Error>>();
    expectTypeOf(result.ready()).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(app.AsyncResult<number>("id").get()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(app.AsyncResult("id").get()).toEqualTypeOf<Promise<unknown>>();
  });
});

describe("what goes on around an attempt", () => {
  it("is typed: the context's retry never answers unless it is told to", () => {
    const retried = app.task("t", (self, x: number) => (x > 0 ? x : self.retry({ countdown: 1 })), { bind: true });
    expectTypeOf(retried).toEqualTypeOf<Task<[x: number], number, number, "t">>();
    app.task("t", (self) => void expectTypeOf(self.retry({ throw: false })).toEqualTypeOf<Retry>(), { bind: true });
    // @ts-expect-error a retry is asked for in seconds
    app.task("t", (self) => self.retry({ countdown: "1" }), { bind: true });
  });

  it("is typed: hooks by their names, signals by theirs", () => {
    app.task("t", (x: number) => x, {
      onFailure: (_exc, id, args) => void [expectTypeOf(id).toBeString(), expectTypeOf(args).toBeArray()],
    });
    app.on("task_retry", ({ request, reason }) => void [expectTypeOf(request.retries).toBeNumber(), reason]);
    // @ts-expect-error a success has no exception
    app.on("task_success", ({ exception }) => exception);
  });
});
