import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Door } from "./door.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";
import type { Survived } from "./survivors/worker.ts";

const config = join(import.meta.dirname, "survivors/wrangler.toml");
const args = ["--ticks-per-minute", "0"];
const patience = { timeout: 20_000, interval: 50 };
const PER_SECOND = 5;
const LIMITED = 40;
const ALONE = 4;

afterAll(endRunners);

it("whatever a task waits for or was told survives a SIGKILL: retry, eta, rate limit, concurrency, pause, revoke, custom state", async () => {
  const launchedAt = Date.now();
  const first = await startRunner({ config, args });
  const door = new Door(first.url);
  await control(first, "queues/paused/pause");
  // What waits for an eta, or for its last retry, waits so long that the kill and the next start lie before it.
  const ahead = 6_000 + 3 * (first.readyAt - launchedAt);
  const eta = Date.now() + ahead;
  const at = new Date(eta).toISOString();
  const id = async (task: string, body: object) => (await door.call(`survivors.${task}`, body)).body.task_id;
  const retried = await id("retried", { args: [ahead / 1000] });
  const progress = await id("progress", { args: [30] });
  const timed = await id("nap", { args: [0], eta: at });
  const revoked = await id("nap", { args: [0], eta: at });
  const flagged = await id("nap", { args: [30] });
  const terminated = await id("nap", { args: [30] });
  const paused = await id("nap", { args: [0], queue: "paused" });
  const limited = await door.callMany(Array.from({ length: LIMITED }, () => ({ task: "survivors.limited", args: [0] })));
  const alone = await door.callMany(Array.from({ length: ALONE }, () => ({ task: "survivors.alone", args: [1] })));

  await expect.poll(() => door.result(retried), patience).toMatchObject({ status: "RETRY", retries: 2 });
  await expect.poll(() => door.result(progress), patience).toMatchObject({ status: "PROGRESS" });
  await expect
    .poll(async () => (await startsOf(first)).map((start) => start.id), patience)
    .toEqual(expect.arrayContaining([flagged, terminated]));
  await control(first, `results/${revoked}/revoke`);
  await control(first, `results/${flagged}/revoke`);
  await control(first, `results/${terminated}/revoke`, { terminate: true });
  await expect.poll(async () => (await startsOf(first)).filter((start) => limited.includes(start.id)).length, patience).toBeGreaterThan(5);
  await first.kill9Group();
  const killedAt = Date.now();

  const second = await startRunner({ config, args, state: first.state });
  const again = new Door(second.url);
  // What stood in the book stands.
  expect(await again.result(retried)).toMatchObject({
    status: "RETRY",
    retries: 2,
    result: { exc_type: "RangeError", exc_message: ["not yet"] },
  });
  expect(await again.result(progress)).toMatchObject({ status: "PROGRESS", result: { done: 40 } });
  expect(await again.result(revoked)).toMatchObject({ status: "REVOKED", result: { exc_message: ["revoked"] } });
  expect(await again.result(terminated)).toMatchObject({ status: "REVOKED", result: { exc_message: ["terminated"] } });
  expect((await again.result(paused)).status).toBe("PENDING");

  // What waited goes on.
  const [retriedEnd, timedEnd, progressEnd, flaggedEnd] = await again.results([retried, timed, progress, flagged], 30);
  expect(retriedEnd).toMatchObject({ status: "SUCCESS", retries: 2, result: { retries: 2, deliveries: 3 } });
  expect(timedEnd).toMatchObject({ status: "SUCCESS", result: { deliveries: 1 } });
  expect(survived(timedEnd).from).toBeGreaterThanOrEqual(eta);
  expect(progressEnd).toMatchObject({ status: "SUCCESS", result: { deliveries: 2 } });
  expect(flaggedEnd).toMatchObject({ status: "REVOKED", result: { exc_message: ["revoked"] } });
  const aloneEnds = (await again.results(alone, 30)).map(survived).sort((a, b) => a.from - b.from);
  for (const [index, run] of aloneEnds.entries()) expect(run.from).toBeGreaterThanOrEqual(aloneEnds[index - 1]?.to ?? 0);

  const limitedStarts = (await again.results(limited, 30)).map((document) => survived(document).from).sort((a, b) => a - b);
  const afterKill = limitedStarts.filter((start) => start > killedAt);
  expect(afterKill.length).toBeGreaterThan(LIMITED / 4);
  expect(limitedStarts.filter((start, index) => start - (limitedStarts[index - 10] ?? 0) < (10 / PER_SECOND) * 1000 - 300)).toEqual([]);

  // What was told to stand still did, until it was told otherwise.
  expect((await again.result(paused)).status).toBe("PENDING");
  await control(second, "queues/paused/resume");
  expect(await again.result(paused, 10)).toMatchObject({ status: "SUCCESS", result: { deliveries: 1 } });
  const starts = await startsOf(second);
  const startsOfTask = (task: string) => starts.filter((start) => start.id === task).length;
  expect([revoked, flagged, terminated, timed, paused].map(startsOfTask)).toEqual([0, 1, 1, 1, 1]);
  expect(new Set(starts.map((start) => `${start.id} ${start.delivery}`)).size).toBe(starts.length);
});

function survived(document: { result: unknown } | undefined): Survived {
  return document?.result as Survived;
}

async function control(runner: Runner, path: string, body: object = {}): Promise<void> {
  const answer = await fetch(`${runner.url}/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
}

async function startsOf(runner: Runner): Promise<{ id: string; delivery: number }[]> {
  return (await fetch(`${runner.url}/starts`)).json();
}
