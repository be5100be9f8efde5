import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Door } from "./door.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

afterAll(endRunners);

describe("the tutorial's first program, tasks called and awaited in the Worker", () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await startTutorial("called");
  });

  it("answers what add returns", async () => {
    const answer = await ask(runner, "/add");
    expect(answer).toEqual({ id: expect.stringMatching(`^${UUID}$`), value: 5, state: "SUCCESS" });
    expect(await new Door(runner.url).result(String(answer.id))).toMatchObject({ status: "SUCCESS", result: 5, name: "tasks.add" });
  });

  it("prints what print_task prints, with its name and id", async () => {
    const { id, value } = await ask(runner, "/print");
    expect(value).toBe("this is a test case.");
    await expect.poll(runner.output).toContain(`tasks.print_task[${id}] this is a test case.\n`);
    await expect
      .poll(runner.output)
      .toMatch(new RegExp(`Task tasks\\.print_task\\[${id}\\] succeeded in \\S+s: "this is a test case\\."\n`));
  });

  it("runs a task with a countdown of 1 not before", async () => {
    const asked = performance.now();
    expect(await ask(runner, "/later")).toEqual({ before: false, value: 5, after: true, successful: true });
    const took = Math.round(performance.now() - asked);
    console.log(`countdown 1: the result was there after ${took} ms`);
    expect(took).toBeGreaterThanOrEqual(1_000);
    expect(took).toBeLessThan(2_500);
  });

  it("throws again what a task threw, with its type, message and stack", async () => {
    const builtin = await ask(runner, "/buy/cake");
    expect(builtin).toMatchObject({
      name: "RangeError",
      message: "cake is not sold here",
      isRangeError: true,
      failed: true,
      state: "FAILURE",
    });
    const own = await ask(runner, "/buy/celery");
    expect(own).toMatchObject({ name: "OutOfStock", message: "no celery left", isRangeError: false, failed: true });
    expect(own.stack).toMatch(/^OutOfStock: no celery left\n\s+at /);
    // The runner's own log names the place in the source.
    await expect
      .poll(runner.output)
      .toMatch(/raised unexpected: OutOfStock\('no celery left'\)\n(.*\n)*?.*tutorial\/called\/tasks\.ts:\d+:\d+/);
  });

  it("throws TimeoutError when no answer comes in time, and the task goes on", async () => {
    const answer = await ask(runner, "/sleep");
    expect(answer).toEqual({
      message: `the task ${answer.id} did not end within 0.5 s; its state is PENDING`,
      id: answer.id,
      state: "PENDING",
      value: "slept well",
    });
  });

  it("refuses arguments that do not fit where they are given", async () => {
    expect(await ask(runner, "/wrong")).toEqual({ message: "tasks.add: args[1]: missing required argument 'y'" });
  });
});

describe("the tutorial's second program, its whole celeryconfig with the entries of beat", () => {
  it("starts, shows both entries, and says in one warning what replaces broker_url and result_backend", async () => {
    const { output } = await startTutorial("beat");
    const warnings = () =>
      output()
        .split("\n")
        .filter((line) => line.includes("WARNING"));
    // Warnings and the banner come on two pipes.
    await expect
      .poll(warnings)
      .toEqual([
        expect.stringMatching(
          /\[vars\.celeryconfig\]: settings that do not apply here: broker_url \(replaced by the Broker object .*\); result_backend \(replaced by the Broker object, .*\)$/,
        ),
      ]);
    expect(output()).toContain(".> timezone:    Asia/Shanghai");
    expect(output()).toContain(". add-every-30-seconds: tasks.add every 30 s");
    expect(output()).toContain(". task2: tasks.print_task { minutes = 1 }");
  });
});

describe("the tutorial's third program, a web page", () => {
  it("answers the id of the task it started, whose result is then at the routes beside it", async () => {
    const runner = await startTutorial("page");
    const text = await (await fetch(`${runner.url}/`)).text();
    const id = new RegExp(`^Task ID: (${UUID})$`).exec(text)?.[1] ?? text;
    expect(await new Door(runner.url).result(id, 5)).toMatchObject({ task_id: id, status: "SUCCESS", result: 32 });
    expect((await fetch(`${runner.url}/nowhere`)).status).toBe(404);
    expect((await fetch(`${runner.url}/healthcheck`)).status).toBe(200);
  });
});

function startTutorial(name: string): Promise<Runner> {
  return startRunner({ config: join(import.meta.dirname, `../tutorial/${name}/wrangler.toml`) });
}

async function ask(runner: Runner, path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(runner.url + path);
  expect(answer.status).toBe(200);
  return await answer.json();
}
