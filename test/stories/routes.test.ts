import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Door } from "./door.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "routed/wrangler.toml");
let runner: Runner;
let door: Door;

beforeAll(async () => {
  runner = await startRunner({ config });
  door = new Door(runner.url);
});
afterAll(endRunners);

describe("a deployment with settings in code and a second Cloudflare Queue", () => {
  it("sends a call where its router says, and both queues are served", async () => {
    const near = await door.call("routed.where", { args: ["near"] }, "?wait=10");
    const far = await door.call("routed.where", { args: ["far"] }, "?wait=10");
    expect([near.body.result, far.body.result]).toEqual([
      ["near", "celery"],
      ["far", "far"],
    ]);
  });

  it("answers a call that is to be unique with the first one's id, however its arguments are given", async () => {
    const first = await door.call("routed.once", { args: [1] });
    const same = await door.call("routed.once", { kwargs: { x: 1 }, countdown: 5 });
    const other = await door.call("routed.once", { args: [2] });
    expect(same.body).toMatchObject({ task_id: first.body.task_id, duplicate: true });
    expect(other.body.task_id).not.toBe(first.body.task_id);
  });
});
