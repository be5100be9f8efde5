import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { AsyncResult } from "../../src/app/async-result.ts";
import { Celeriac } from "../../src/app/celeriac.ts";
import { Client } from "../../src/client/client.ts";

const app = new Celeriac("tasks");
const size: string = "large";
/** What `import type * as tasks from "./tasks.ts"` gives. */
const tasks = {
  app,
  add: app.task("tasks.add", (x: number, y: number) => x + y, { parameters: ["x", "y"] }),
  mail: app.task("tasks.mail", async (to: string, copies = 1) => ({ to, copies })),
  bound: app.task("tasks.bound", (self, x: Date) => [self.request.id, x] as const, { bind: true }),
  ping: app.task("tasks.ping", () => {}),
  checked: app.task("tasks.checked", (n: number) => n, { schema: z.tuple([z.coerce.number<string>()]) }),
  unnamed: app.task(`tasks.${size}`, (x: number) => x),
  LIMIT: 3,
};

const client = new Client<typeof tasks>({ url: "http://localhost" });

describe("a client of a module of tasks", () => {
  it("types each task by its name: arguments and result", () => {
    expectTypeOf(client.task("tasks.add").delay).parameters.toEqualTypeOf<[x: number, y: number]>();
    expectTypeOf(client.task("tasks.add").delay(2, 3)).resolves.toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf(client.task("tasks.mail").delay("a")).resolves.toEqualTypeOf<AsyncResult<{ to: string; copies: number }>>();
    expectTypeOf(client.task("tasks.bound").delay).parameters.toEqualTypeOf<[x: Date]>();
    expectTypeOf(client.task("tasks.checked").delay).parameters.toEqualTypeOf<[string]>();
    expectTypeOf(client.task("tasks.ping").applyAsync()).resolves.toEqualTypeOf<AsyncResult<void>>();
  });

  it("refuses other names, other arguments and other options", () => {
    // @ts-expect-error there is no such task
    client.task("tasks.ad");
    // @ts-expect-error a name that is made while the program runs is not known
    client.task("tasks.large");
    // @ts-expect-error y is missing
    void client.task("tasks.add").delay(2);
    // @ts-expect-error x is a number
    void client.task("tasks.add").delay("2", 3);
    // @ts-expect-error it needs arguments
    void client.task("tasks.add").applyAsync();
    // @ts-expect-error the option is `countdown`
    void client.task("tasks.add").applyAsync({ args: [2, 3], countDown: 1 });
    void client.task("tasks.add").applyAsync({ args: [2, 3], countdown: 1, wait: 5 });
    void client.task("tasks.add").applyAsync({ kwargs: { x: 2, y: 3 } });
  });

  it("types many calls, each by its own task", async () => {
    const results = await client.submit([
      { task: "tasks.add", args: [2, 3] },
      { task: "tasks.mail", args: ["a"], countdown: 1 },
    ]);
    expectTypeOf(results).toEqualTypeOf<[AsyncResult<number>, AsyncResult<{ to: string; copies: number }>]>();
    const alike = await client.submit([1, 2, 3].map((x) => ({ task: "tasks.add" as const, args: [x, 1] as const })));
    expectTypeOf(alike).toEqualTypeOf<AsyncResult<number>[]>();
    // @ts-expect-error the arguments are another task's
    void client.submit([{ task: "tasks.add", args: ["a"] }]);
  });
});

describe("a client that is told of no tasks", () => {
  it("takes any name and any arguments", () => {
    const anything = new Client({ url: "http://localhost" });
    expectTypeOf(anything.task("tasks.any").delay(1, "two", [3])).resolves.toEqualTypeOf<AsyncResult>();
    const ofApp = new Client<typeof app>({ url: "http://localhost" });
    expectTypeOf(ofApp.task("tasks.any").delay(1)).resolves.toEqualTypeOf<AsyncResult>();
    void anything.submit([{ task: "tasks.any", args: [1], queue: "slow" }]);
  });
});
