import { afterAll, describe, expect, it } from "vitest";
import { Door } from "./door.ts";
import { endRunners, runToEnd, startRunner } from "./runner.ts";

afterAll(endRunners);

describe("the first task, by the README's commands", () => {
  it("is ready in under 20 s, answers 5 for args and kwargs, knows it after a restart, and keeps a second runner out", async () => {
    const asked = Date.now();
    const runner = await startRunner({ program: "npm" });
    console.log(`npm start: ready after ${runner.readyAt - asked} ms`);
    expect(runner.readyAt - asked).toBeLessThan(20_000);

    const door = new Door(runner.url);
    const first = await door.call("tasks.add", { args: [2, 3] }, "?wait=5");
    expect(first).toMatchObject({ status: 200, body: { status: "SUCCESS", result: 5 } });
    const second = await door.call("tasks.add", { kwargs: { x: 2, y: 3 } }, "?wait=5");
    expect(second).toMatchObject({ status: 200, body: { status: "SUCCESS", result: 5 } });
    const id = first.body.task_id;
    await expect.poll(runner.output).toContain(`Task tasks.add[${id}] received`);
    await expect.poll(runner.output).toMatch(new RegExp(`Task tasks\\.add\\[${id}\\] succeeded in \\d+\\.\\d{3}s: 5\\n`));

    const refused = await runToEnd({ program: "npm", state: runner.state });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^error: the state folder \S+ is in use by another runner \(pid \d+\): stop that one, or choose .*--state$/m,
    );

    await runner.stop();
    const again = await startRunner({ program: "npm", state: runner.state });
    expect(await new Door(again.url).result(id)).toEqual(first.body);
    expect(await new Door(again.url).result(second.body.task_id)).toEqual(second.body);
  });
});
