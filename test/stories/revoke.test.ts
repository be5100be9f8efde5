import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Door } from "./door.ts";
import { endRunners, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "deployment/wrangler.toml");

afterAll(endRunners);

async function revoke(url: string, id: string, terminate: boolean): Promise<unknown> {
  const answer = await fetch(`${url}/v1/results/${id}/revoke`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ terminate }),
  });
  return answer.json();
}

async function abortsOf(url: string): Promise<{ id: string; at: number; reason: string }[]> {
  return (await fetch(`${url}/aborts`)).json();
}

describe("tasks of the local runner that are revoked", () => {
  it("stop within a second when they run, and stay REVOKED after a SIGKILL when they wait", async () => {
    const runner = await startRunner({ config });
    const door = new Door(runner.url);
    const [running = "", later = ""] = await door.callMany([
      { task: "stories.watch", args: [20] },
      { task: "stories.double", args: [2], countdown: 3_600 },
    ]);
    await expect.poll(async () => (await startsOf(runner.url)).includes(running), { timeout: 10_000, interval: 50 }).toBe(true);
    const startedAt = Date.now();
    // Until it has run for a second its consumer does not listen.
    await expect.poll(() => Date.now() - startedAt, { timeout: 3_000, interval: 50 }).toBeGreaterThan(1_200);

    const sentAt = Date.now();
    expect(await revoke(runner.url, running, true)).toEqual({ task_id: running, revocation: "terminated" });
    expect(await door.result(running)).toMatchObject({
      status: "REVOKED",
      result: { exc_type: "TaskRevokedError", exc_message: ["terminated"] },
    });
    await expect.poll(async () => (await abortsOf(runner.url)).length, { timeout: 5_000, interval: 20 }).toBe(1);
    const [abort] = await abortsOf(runner.url);
    console.log(`the signal was aborted ${(abort?.at ?? 0) - sentAt} ms after the revoke was sent`);
    expect(abort).toMatchObject({ id: running, reason: "TaskRevokedError: terminated" });
    expect((abort?.at ?? 0) - sentAt).toBeLessThan(1_000);

    expect(await revoke(runner.url, later, false)).toEqual({ task_id: later, revocation: "revoked" });
    await runner.kill9Group();
    const again = await startRunner({ config, state: runner.state });
    expect(await new Door(again.url).results([running, later])).toMatchObject([{ status: "REVOKED" }, { status: "REVOKED" }]);
  });
});

async function startsOf(url: string): Promise<string[]> {
  const starts: { id: string }[] = await (await fetch(`${url}/starts`)).json();
  return starts.map(({ id }) => id);
}
