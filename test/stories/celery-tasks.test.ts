import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Row } from "./conformance/row.ts";
import { rows } from "./conformance/rows.ts";
import { Door } from "./door.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

/** What each row saw. They all run at once: most of them wait most of the time. */
const seen = new Map<Row, Promise<string>>();
let runner: Runner;

beforeAll(async () => {
  const config = join(import.meta.dirname, "conformance/wrangler.toml");
  runner = await startRunner({ config, args: ["--ticks-per-minute", "0", "--loglevel", "info"] });
  for (const row of rows) seen.set(row, see(runner.url, row));
  await Promise.allSettled(seen.values());
});
afterAll(endRunners);

describe("Celery's rows, on the real runner", () => {
  it.for(rows.map((row) => [row.name, row] as const))("%s", async ([, row]) => {
    expect(JSON.parse((await seen.get(row)) ?? "")).toEqual(row.shows);
  });

  it("H26 the log tells of a task received, succeeded and failed, and never shows an argument: argsrepr has nothing to hide", async () => {
    const door = new Door(runner.url);
    const ids = await door.callMany([false, true].map((fails) => ({ task: "rows.hush", args: ["s3cret", fails] })));
    await door.results(ids, 20);
    const logOf = (id: string | undefined) =>
      runner
        .output()
        .split("\n")
        .filter((line) => line.includes(`rows.hush[${id}]`))
        .map((line) => /(received|succeeded|raised unexpected: .*)/.exec(line)?.[0]);
    await expect
      .poll(() => ids.map(logOf))
      .toEqual([
        ["received", "succeeded"],
        ["received", "raised unexpected: ExpectedError('hushed')"],
      ]);
    expect(runner.output()).not.toContain("s3cret");
  });
});

/** Runs a row inside the Worker; what it saw, as JSON text. */
async function see(url: string, { name }: Row): Promise<string> {
  const answer = await fetch(`${url}/rows?name=${encodeURIComponent(name)}`, { method: "POST" });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return text;
}
