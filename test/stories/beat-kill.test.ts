import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { endRunners, startRunner } from "./runner.ts";

afterAll(endRunners);

const ENTRIES = 300;

interface Listed {
  name: string;
  total_run_count: number;
  last_task_id: string | null;
}

it("SIGKILL within a burst of due entries loses none of them and doubles none", async () => {
  const first = await startRunner();
  const at = Date.now() + 10_000;
  const names = Array.from({ length: ENTRIES }, (_, index) => `burst-${index}`);
  await Promise.all(names.map((name) => put(first.url, name, at)));
  expect(Date.now()).toBeLessThan(at);
  await sleep(at + 50 - Date.now());
  await first.kill9Group();

  const second = await startRunner({ state: first.state });
  const entries = await listedOnceSent(second.url);
  expect(entries.filter((entry) => entry.total_run_count !== 1)).toEqual([]);
  const ids = entries.map((entry) => entry.last_task_id ?? "");
  expect(new Set(ids).size).toBe(ENTRIES);
  for (const id of ids) {
    const answer = await fetch(`${second.url}/v1/results/${id}?wait=30`);
    expect(await answer.json()).toMatchObject({ status: "SUCCESS", result: 3 });
  }
  // Of every task that ran in either life: an entry's instant has one id.
  const ran = [...(first.output() + second.output()).matchAll(/Task tasks\.add\[([-0-9a-f]{36})\] succeeded in \S+ 3$/gm)].map(
    ([, id]) => id,
  );
  expect(new Set(ran).size).toBe(ENTRIES);
  expect(await second.stop()).toBe(0);
  const before = (pattern: RegExp) => [...first.output().matchAll(pattern)].length;
  console.log(
    `beat, killed within a burst of ${ENTRIES}: ${before(/Sending due task burst/g)} noted and ${before(/\] succeeded in \S+ 3$/gm)} run before, all once in the end`,
  );
});

async function put(url: string, name: string, at: number): Promise<void> {
  const answer = await fetch(`${url}/v1/schedules/${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ task: "tasks.add", schedule: { at: new Date(at).toISOString() }, args: [1, 2] }),
  });
  expect(answer.status).toBe(201);
}

/** The burst's entries, when each has been sent. */
async function listedOnceSent(url: string): Promise<Listed[]> {
  for (let tries = 0; ; tries++) {
    const { schedules } = (await (await fetch(`${url}/v1/schedules`)).json()) as { schedules: Listed[] };
    const burst = schedules.filter((entry) => entry.name.startsWith("burst-"));
    if (burst.every((entry) => entry.total_run_count > 0) || tries === 300) return burst;
    await sleep(100);
  }
}
