import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { endRunners, type Runner, type RunnerStart, runToEnd, startRunner } from "./runner.ts";

const config = join(import.meta.dirname, "../runner/fixture/wrangler.toml");
const projects: string[] = [];

function cleanUp(): void {
  endRunners();
  for (const folder of projects.splice(0)) rmSync(folder, { recursive: true });
}

describe("the local runner", () => {
  afterEach(cleanUp);

  it("fires the Cron Trigger before it is ready, keeps its state over a restart, and ends well on Ctrl-C", async () => {
    const first = await start();
    expect(first.output()).toMatch(/\nready on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(await counts(first)).toEqual({ "cron * * * * * 0": 1 });
    await post(first, "/increment/visits");
    const asked = performance.now();
    expect(await first.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2_000);
    await expect(fetch(first.url)).rejects.toThrow();

    const second = await start({ state: first.state, port: first.port });
    expect(await counts(second)).toEqual({ "cron * * * * * 0": 2, visits: 1 });
  });

  it("prints what the Worker prints, after the banner", async () => {
    const runner = await start();
    await until(() => runner.output().endsWith(`ready on ${runner.url}\ntick\n`));
  });

  it("tells the Worker that it runs locally, and its log level", async () => {
    const runner = await start({ args: ["--loglevel", "debug"] });
    const local = await fetch(`${runner.url}/local`);
    expect(await local.json()).toEqual({ open: true, letGo: true, loglevel: "debug" });
  });

  it("delivers the next message while the work of the last one runs on", async () => {
    const runner = await start();
    await post(runner, "/jobs", [
      { name: "slow", holdMilliseconds: 20_000 },
      { name: "quick", holdMilliseconds: 0 },
    ]);
    await until(async () => (await counts(runner)).quick === 1);
    expect(await counts(runner)).not.toHaveProperty("slow");
  });

  it("refuses a folder that another runner uses", async () => {
    const runner = await start();
    const { code, stderr, stdout } = await runToEnd({ config, state: runner.state });
    expect(stderr).toBe(
      `error: the state folder ${runner.state} is in use by another runner (pid ${runner.child.pid}): stop that one, or choose another folder with --state\n`,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect((await fetch(`${runner.url}/counts`)).status).toBe(200);
  });

  it("ends the workerd of a killed runner and goes on with its state on the same port", async () => {
    const killed = await start();
    await post(killed, "/increment/visits");
    await killed.kill9Node();
    expect(await counts(killed)).toHaveProperty("visits", 1);

    const next = await start({ state: killed.state, port: killed.port });
    await expect.poll(next.output).toMatch(/WARNING\/runner\] Ended workerd \(pid \d+\), which a killed runner had left behind/);
    await post(next, "/increment/visits");
    expect(await counts(next)).toHaveProperty("visits", 2);
  });

  it("goes on after its whole process group was killed", async () => {
    const killed = await start();
    await post(killed, "/increment/visits");
    await killed.kill9Group();
    const next = await start({ state: killed.state, port: killed.port });
    expect(await counts(next)).toHaveProperty("visits", 1);
    expect(next.output()).not.toContain("Ended workerd");
  });

  it("starts a crashed workerd again, on the same port, and ticks anew", async () => {
    const runner = await start();
    process.kill(workerdOf(runner), "SIGKILL");
    await until(async () => (await counts(runner))["cron * * * * * 0"] === 2);
    await expect.poll(runner.output).toContain("WARNING/runner] The Workers runtime crashed unexpectedly and is being restarted");
    expect(await runner.stop()).toBe(0);
  });

  it("reads secrets from .dev.vars and objects to nothing that wrangler takes", async () => {
    const folder = project({
      "wrangler.toml": 'name = "p"\nmain = "w.js"\ncompatibility_date = "2026-11-01"\n[vars]\ndeep = { list = [1, { k = true }] }\n',
      ".dev.vars": "API_KEY=secret\n",
      "w.js": "export default { fetch: (request, env) => Response.json([env.API_KEY, env.deep]) };",
    });
    const runner = await startRunner({ config: join(folder, "wrangler.toml") });
    const answer = await fetch(runner.url);
    expect(await answer.json()).toEqual(["secret", { list: [1, { k: true }] }]);
    await expect.poll(runner.output).toContain("no Cron Trigger wakes beat");
  });
});

// Side by side: each is a process of its own, and nothing of it is timed.
describe.concurrent("a runner that cannot start says why in one line", () => {
  afterAll(cleanUp);

  it("when the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, stderr } = await runToEnd({ config, port });
    server.close();
    expect(stderr).toBe(`error: port ${port} on 127.0.0.1 is in use: end what listens there, or choose another with --port\n`);
    expect(code).toBe(1);
  });

  const GOOD = 'name = "p"\nmain = "w.js"\ncompatibility_date = "2026-11-01"\n';
  const IMPROPER = 'class ImproperlyConfigured extends Error { name = "ImproperlyConfigured" }\n';

  it.each([
    ["there is no wrangler.toml", {}, /no configuration at .*wrangler\.toml: start where wrangler\.toml is, or name it with --config/],
    ["it is no TOML", { "wrangler.toml": 'name = "p' }, /wrangler\.toml: line 1, column \d+: Invalid TOML/],
    [
      "it has wrong values",
      { "wrangler.toml": 'name = 3\nmain = "w.js"\n[triggers]\ncrons = "x"' },
      /Expected "name" to be.*; Expected "triggers\.crons"/,
    ],
    ["main is missing", { "wrangler.toml": 'name = "p"' }, /wrangler\.toml: "main" is missing/],
    ["main names no file", { "wrangler.toml": GOOD }, /"main" names no file: .*w\.js/],
    ["the build fails", { "wrangler.toml": GOOD, "w.js": 'import "./nothing.js";' }, /w\.js:1:8: Could not resolve ".\/nothing\.js"/],
    [
      "a setting is wrong",
      { "wrangler.toml": `${GOOD}[vars.celeryconfig]\ntimezone = 5`, "w.js": "" },
      /\[vars\.celeryconfig\].*timezone: expected the IANA name/,
    ],
    [
      "the script throws",
      { "wrangler.toml": GOOD, "w.js": '\nthrow new TypeError("no good");' },
      /error: TypeError: no good \(.*w\.js:2:7\)/,
    ],
    [
      "the script finds itself badly configured",
      { "wrangler.toml": GOOD, "w.js": `${IMPROPER}throw new ImproperlyConfigured("beat_schedule.x: task: 'a' is unknown");` },
      /error: beat_schedule\.x: task: 'a' is unknown\n/,
    ],
  ])("when %s", async (_, files, message) => {
    const folder = project(files);
    const { code, stdout, stderr } = await runToEnd({ config: join(folder, "wrangler.toml") });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });

  it("when it is called wrongly, with exit code 2", async () => {
    const { code, stderr } = await runToEnd({ args: ["--prot", "1"] });
    expect({ code, stderr }).toEqual({ code: 2, stderr: "error: unknown option '--prot'; did you mean '--port'?\n" });
  });
});

function start(options: RunnerStart = {}): Promise<Runner> {
  return startRunner({ config, ...options });
}

async function counts(runner: Runner): Promise<Record<string, number>> {
  try {
    const answer = await fetch(`${runner.url}/counts`);
    return await answer.json();
  } catch {
    // While workerd is being started again.
    return {};
  }
}

async function post(runner: Runner, path: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${runner.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  expect(await answer.text()).toBe("ok");
}

/** Asks again and again, up to ten seconds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 10_000, interval: 20 }).toBe(true);
}

function workerdOf(runner: Runner): number {
  const owner: { workerd: { pid: number } } = JSON.parse(readFileSync(join(runner.state, "runner.json"), "utf8"));
  return owner.workerd.pid;
}

/** A folder with these files, removed after the test. */
function project(files: Record<string, string | undefined>): string {
  const folder = mkdtempSync(join(tmpdir(), "celeriac-project-"));
  projects.push(folder);
  for (const [name, text] of Object.entries(files)) if (text !== undefined) writeFileSync(join(folder, name), text);
  return folder;
}
