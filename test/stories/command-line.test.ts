import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeDeployment } from "../cli/stage.ts";
import { endRunners, startRunner } from "./runner.ts";
import { atTerminal, inPipe, openTerminal } from "./terminal.ts";

const root = join(import.meta.dirname, "../..");
const ESCAPE = "\u001b";
const GREEN = `${ESCAPE}[32m`;
const KEY = "all-key";

let url: string;
let env: Record<string, string>;
let folder: string;
/** Takes every request and answers none. */
let silent: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "celeriac-cli-"));
  silent = createServer(() => {}).listen(0, "127.0.0.1");
  const runner = await startRunner({ program: "celeriac", config: join(import.meta.dirname, "command-line/wrangler.toml") });
  url = runner.url;
  env = { CELERIAC_URL: url };
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
  endRunners();
  rmSync(folder, { recursive: true, force: true });
});

describe("celeriac, at a terminal", () => {
  it("submits, waits, and shows a result, a failure and a value in JSON", async () => {
    const id = (await atTerminal(["call", "stories.double", "--args", "[21]"], { env })).screen.trim();
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const [result, json, waited, failed, twice] = await Promise.all([
      atTerminal(["result", id, "--wait", "5"], { env }),
      atTerminal(["result", id, "--wait", "5", "--json"], { env }),
      atTerminal(["call", "stories.double", "-k", '{"x": 4}', "--wait", "5"], { env }),
      atTerminal(["call", "stories.fill", "-a", '["x", -1]', "--wait", "5"], { env }),
      atTerminal(["call", "stories.double", "-a", "[1]", "--task-id", id], { env }),
    ]);
    expect(result).toEqual({ code: 0, screen: "42\n" });
    expect(json.code).toBe(0);
    expect(JSON.parse(json.screen)).toMatchObject({ task_id: id, status: "SUCCESS", result: 42 });
    expect(waited).toEqual({ code: 0, screen: "8\n" });
    expect(failed.code).toBe(1);
    expect(failed.screen).toMatch(
      /RangeError: Invalid count value: -1\n[\s\S]*\[31merror:\S* task \S+ failed: RangeError\('Invalid count value: -1'\)\n$/,
    );
    expect([twice.code, twice.screen]).toEqual([1, expect.stringMatching(/error:.*id/)]);
  });

  it("tells who is online, in Celery's words and in colour", async () => {
    const [status, ping, stats] = await Promise.all([
      atTerminal(["-A", "proj", "status"], { env }),
      atTerminal(["inspect", "ping", "--no-color"], { env }),
      atTerminal(["inspect", "stats"], { env: { ...env, NO_COLOR: "1" } }),
    ]);
    expect(status.code).toBe(0);
    expect(status.screen).toContain("hint: -A is not needed here");
    expect(status.screen).toMatch(/->\S* {2}\S+@\S+: \S*OK\S*\n\n1 node online\.\n$/);
    expect(status.screen).toContain(GREEN);
    expect(ping).toEqual({ code: 0, screen: expect.stringMatching(/^-> {2}\S+@\S+: OK\n {4}pong\n\n1 node online\.\n$/) });
    expect([stats.code, stats.screen.includes(ESCAPE)]).toEqual([0, false]);
    expect(stats.screen).toContain('"dollars_per_million_tasks"');
  });

  it("steers queues and limits, and purges when it is told yes", async () => {
    expect(await atTerminal(["control", "pause", "celery", "-C"], { env })).toMatchObject({
      code: 0,
      screen: expect.stringMatching(/: OK\n {4}no longer consuming from celery\n$/),
    });
    const id = (await atTerminal(["call", "stories.double", "-a", "[1]"], { env })).screen.trim();
    const queues = await atTerminal(["list", "queues", "-C"], { env });
    expect(queues.screen).toMatch(/^Queue\s+Ready\s+Scheduled\s+Active\s+Oldest \(s\)\s+State\ncelery\s+1\s+0\s+0\s+\S+\s+paused\n$/);
    const declined = await atTerminal(["purge"], { env, input: "n\n" });
    expect([declined.code, declined.screen]).toEqual([
      1,
      expect.stringMatching(/for good[\s\S]*\[y\/N\]: [\s\S]*aborted, nothing was purged\n$/),
    ]);
    const purged = await atTerminal(["purge", "-Q", "celery"], { env, input: "y\n" });
    expect([purged.code, purged.screen]).toEqual([0, expect.stringContaining("Purged 1 message from 1 known task queue.")]);
    const [again, revoked, limited, unknown] = await Promise.all([
      atTerminal(["purge", "-f"], { env }),
      atTerminal(["result", id, "-C"], { env }),
      atTerminal(["control", "rate_limit", "stories.double", "100/s", "-C"], { env }),
      atTerminal(["control", "pool_grow", "2", "-C"], { env }),
      atTerminal(["control", "resume", "celery"], { env }),
    ]);
    expect(again).toEqual({ code: 0, screen: "No messages purged from 1 queue.\n" });
    expect(revoked).toEqual({ code: 1, screen: expect.stringMatching(/^error: task \S+ was revoked: TaskRevokedError\('purged'\)\n$/) });
    expect(limited).toEqual({ code: 0, screen: expect.stringContaining("new rate limit set successfully") });
    expect(unknown).toEqual({
      code: 2,
      screen: expect.stringMatching(/^error: control pool_grow is left out: consumers scale by themselves/),
    });
  });

  it("shows beat's entries and their next runs, and sends one at once", async () => {
    const [list, next, run, disabled] = await Promise.all([
      atTerminal(["beat", "-C"], { env }),
      atTerminal(["beat", "next", "nightly", "-n", "2", "--json"], { env }),
      atTerminal(["beat", "run", "nightly"], { env }),
      atTerminal(["beat", "disable", "nightly", "-C"], { env }),
    ]);
    expect(list.screen).toMatch(/^Name\s+Task\s+Schedule[^\n]*\nnightly\s+stories\.double\s+hour=3 minute=30\s+yes\s+\S+T03:30:00\.000Z/);
    const { nightly } = JSON.parse(next.screen) as { nightly: string[] };
    expect(nightly).toHaveLength(2);
    expect(Date.parse(nightly[1] ?? "") - Date.parse(nightly[0] ?? "")).toBe(86_400_000);
    expect(run.code).toBe(0);
    expect(await atTerminal(["result", run.screen.trim(), "--wait", "5"], { env })).toEqual({ code: 0, screen: "42\n" });
    expect(disabled).toEqual({ code: 1, screen: expect.stringMatching(/^error: the entry "nightly" is the deployment's/) });
    const hourly = JSON.stringify({ task: "stories.double", schedule: 3600, args: [1] });
    await fetch(`${url}/v1/schedules/hourly`, { method: "PUT", headers: { "content-type": "application/json" }, body: hourly });
    expect(await atTerminal(["beat", "disable", "hourly"], { env })).toEqual({ code: 0, screen: "hourly disabled\n" });
  });

  it("shows tasks live, tells of the chosen one, and gives the screen back", async () => {
    const event = { uuid: "a-task", name: "tasks.add", hostname: "celery@shop", timestamp: 1_795_000_000 };
    const fake = new FakeDeployment({
      "GET /v1/events": (_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(`event: task-received\ndata: ${JSON.stringify({ ...event, type: "task-received" })}\n\n`);
        response.write(`event: task-succeeded\ndata: ${JSON.stringify({ ...event, type: "task-succeeded" })}\n\n`);
      },
      "GET /v1/results/a-task": { task_id: "a-task", status: "SUCCESS", result: "forty-two" },
    });
    const view = openTerminal(["events", "--url", await fake.listen()]);
    await expect
      .poll(view.screen, { timeout: 10_000 })
      .toMatch(/received 1 {2}started 0 {2}success 1[\s\S]*> \S*a-task +SUCCESS +11:06:40 tasks\.add celery@shop/);
    view.type("r");
    await expect.poll(view.screen, { timeout: 10_000 }).toContain("forty-two");
    view.type("q");
    expect(await view.ended).toBe(0);
    expect(view.screen().endsWith(`${ESCAPE}[?25h${ESCAPE}[?1049l`)).toBe(true);
    fake.close();
  });

  it("draws the workflow that a task belongs to, and dumps events as they come", async () => {
    const dump = openTerminal(["events", "--dump", "--types", "task-succeeded", "--name", "stories.double", "-C"], { env });
    const step = (x: number[]) => ({ task: "stories.double", args: x, kwargs: {}, options: {}, subtask_type: null, immutable: false });
    const canvas = { ...step([]), task: "celery.chain", kwargs: { tasks: [step([5]), step([])] }, subtask_type: "chain" };
    await expect
      .poll(
        async () => {
          await atTerminal(["call", "stories.double", "-a", "[50]", "--wait", "5"], { env });
          return dump.screen();
        },
        { timeout: 20_000 },
      )
      .toMatch(/celeriac@edge \[\S+\][^\n]*succeeded[^\n]*100/);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/v1/canvas?wait=5`, { method: "POST", headers, body: JSON.stringify(canvas) });
    const { task_id: id } = (await answer.json()) as { task_id: string };
    const [mermaid, dot, nodes, wrong] = await Promise.all([
      atTerminal(["graph", id, "-C"], { env }),
      atTerminal(["graph", id, "-F", "dot"], { env }),
      inPipe(["graph", id, "--json"], { env }),
      inPipe(["graph", id, "-F", "dto"], { env }),
    ]);
    expect([mermaid.code, mermaid.screen]).toEqual([0, expect.stringMatching(/^(flowchart|graph) [\s\S]*stories\.double[\s\S]*SUCCESS/)]);
    expect([dot.code, dot.screen]).toEqual([0, expect.stringMatching(/^digraph [\s\S]*->[\s\S]*}\n$/)]);
    expect(JSON.parse(nodes.stdout).nodes.map(({ status }: { status: string }) => status)).toContain("SUCCESS");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("did you mean 'dot'?") });
    dump.type("\u0003");
    expect(await dump.ended).toBe(0);
  });

  it("runs a new project until Ctrl-C", async () => {
    const project = join(folder, "sprouts");
    expect(await atTerminal(["init", project])).toMatchObject({
      code: 0,
      screen: expect.stringContaining("A project named sprouts. Next:\n"),
    });
    expect(await atTerminal(["init", project, "-C"])).toMatchObject({
      code: 1,
      screen: expect.stringMatching(/^error: .*nothing was written/),
    });
    // What `npm install` would bring: the packages, and this one from its sources.
    symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
    const wrangler = join(project, "wrangler.toml");
    const main = 'main = "src/index.ts"\n';
    writeFileSync(
      wrangler,
      readFileSync(wrangler, "utf8").replace(main, `${main}alias = { celeriac = "${join(root, "src/celeriac.ts")}" }\n`),
    );
    const worker = openTerminal(["--workdir", project, "worker", "--port", "0", "-c", "4"]);
    await expect.poll(worker.screen, { timeout: 20_000 }).toMatch(/ready on http\S+\n/);
    expect(worker.screen()).toMatch(/hint: --concurrency is not used here: set worker_concurrency/);
    const own = { CELERIAC_URL: /ready on (http\S+)/.exec(worker.screen())?.[1] ?? "" };
    expect(await atTerminal(["call", "tasks.add", "-a", "[2, 3]", "--wait", "5"], { env: own })).toEqual({ code: 0, screen: "5\n" });
    worker.type("\u0003");
    expect(await worker.ended).toBe(0);
  });
});

describe("celeriac, in a pipe", () => {
  it("writes plain text and whole JSON, remarks on stderr only", async () => {
    const [large, call, queues, report, help] = await Promise.all([
      inPipe(["call", "stories.echo", "-k", "-", "--wait", "5"], { env, input: JSON.stringify({ value: "x".repeat(300_000) }) }),
      inPipe(["call", "stories.echo", "-a", '["\\u001b[31mred"]', "--wait", "5", "-A", "proj"], { env }),
      inPipe(["list", "queues", "--json"], { env }),
      inPipe(["report"], { env: { ...env, FORCE_COLOR: "1" } }),
      inPipe(["--help"]),
    ]);
    expect([large.code, large.stdout.length]).toEqual([0, 300_001]);
    expect([call.code, call.stdout]).toEqual([0, `${ESCAPE}[31mred\n`]);
    expect(call.stderr).toMatch(/^hint: -A/);
    expect(JSON.parse(queues.stdout)).toMatchObject({ queues: [{ queue: "celery" }] });
    expect([report.code, report.stderr, report.stdout.includes(ESCAPE)]).toEqual([0, "", false]);
    expect(report.stdout).toMatch(/^software -> celeriac:\S+ node:\S+\n/);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toMatch(/\$ celeriac call tasks\.add/);
  });

  it("lists tasks, the newest first, and inspects", async () => {
    const first = (await inPipe(["call", "stories.double", "-a", "[1]", "--wait", "5"], { env })).stdout;
    expect(first).toBe("2\n");
    const list = await inPipe(["list", "--name", "stories.double", "-n", "1", "--json"], { env });
    expect(JSON.parse(list.stdout)).toMatchObject({ results: [{ name: "stories.double", args: [1], status: "SUCCESS" }] });
    const ping = await inPipe(["inspect", "registered", "--json"], { env });
    expect(JSON.parse(ping.stdout)["celeriac@edge"]).toContain("stories.double");
  });

  it("exports what waits with all that was said of it, and imports it as it was", async () => {
    await inPipe(["control", "pause", "celery"], { env });
    const said = {
      priority: 7,
      expires: "2036-12-24T18:00:00.000Z",
      eta: "2035-12-24T18:00:00.000Z",
      headers: { from: "shop" },
      time_limit: 30,
    };
    const call = { task: "stories.double", args: [4], kwargs: {}, queue: "celery", ...said };
    expect((await inPipe(["import"], { env, input: JSON.stringify(call) })).code).toBe(0);
    const first = await inPipe(["export", "-n", "1"], { env });
    expect(JSON.parse(first.stdout)).toEqual({ ...call, task_id: expect.any(String) });
    expect((await inPipe(["purge", "-f"], { env })).code).toBe(0);
    expect(await inPipe(["import"], { env, input: first.stdout })).toMatchObject({ code: 0, stdout: "1 task imported.\n" });
    const again = await inPipe(["export"], { env });
    expect(JSON.parse(again.stdout)).toEqual({ ...call, task_id: expect.any(String) });
    await Promise.all([inPipe(["purge", "-f"], { env }), inPipe(["control", "resume", "celery"], { env })]);
  });

  it("imports tasks once, however often it is told to", async () => {
    const input = [1, 2, 3].map((x) => JSON.stringify({ task: "stories.double", args: [x], task_id: `before-${x}` })).join("\n");
    expect(await inPipe(["import"], { env, input })).toEqual({ code: 0, stdout: "3 tasks imported.\n", stderr: "" });
    expect((await inPipe(["import", "--json"], { env, input })).stdout).toBe('{"imported":0,"known":3,"read":3,"left_out":0}\n');
    const broken = await inPipe(["import"], { env, input: `${input}\n\n{"task": "stories.dubble"}` });
    expect(broken).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: line 5: .*did you mean 'stories\.double'\?; nothing was imported\n$/),
    });
  });
});

describe("celeriac, when it cannot", () => {
  const closed = createServer();

  it("says in one line that nobody answers: exit code 69, and 130 for Ctrl-C", async () => {
    await new Promise<void>((resolve) => void closed.listen(0, "127.0.0.1", resolve));
    const port = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const hanging = openTerminal(["call", "stories.double", "-C", "--url", `127.0.0.1:${portOf(silent)}`, "--timeout", "60"]);
    const [down, slow, plain] = await Promise.all([
      atTerminal(["status", "--url", `http://127.0.0.1:${port}`, "-C"]),
      atTerminal(["status", "--url", `127.0.0.1:${portOf(silent)}`, "-t", "1", "-C"]),
      inPipe(["call", "stories.double", "--url", `http://127.0.0.1:${port}/`]),
    ]);
    expect(down).toEqual({
      code: 69,
      screen: expect.stringMatching(/^error: no deployment answers at http:\S+: nothing listens there; [^\n]*\n$/),
    });
    expect(slow).toEqual({ code: 69, screen: expect.stringMatching(/^error: http:\S+ gave no answer within 1 s[^\n]*\n$/) });
    expect(plain).toEqual({ code: 69, stdout: "", stderr: expect.stringMatching(/^error: no deployment answers[^\n]*\n$/) });
    hanging.type("\u0003");
    expect(await hanging.ended).toBe(130);
  });

  it("says that the key is wanted, wrong, or lacks a scope, and never shows it", async () => {
    const closed = `${url}/closed`;
    const settings = join(folder, "settings.json");
    writeFileSync(settings, JSON.stringify({ url: closed, key: KEY }));
    const [none, wrong, scope, filed, elsewhere, good] = await Promise.all([
      atTerminal(["list", "queues", "--url", closed, "-C"]),
      atTerminal(["list", "queues", "--url", closed, "--debug", "--key", "wrong-key-5f0d"]),
      atTerminal(["call", "stories.double", "-a", "[1]"], { env: { CELERIAC_URL: closed, CELERIAC_KEY: "read-key" } }),
      inPipe(["call", "stories.double", "-a", "[3]", "--wait", "5", "--settings", settings]),
      inPipe(["status", "--settings", settings, "--url", `${url}/closed/elsewhere`]),
      inPipe(["call", "stories.double", "-a", "[2]", "--wait", "5"], { env: { CELERIAC_URL: closed, CELERIAC_KEY: KEY } }),
    ]);
    expect(none).toEqual({ code: 1, screen: expect.stringMatching(/^error: http:\S+ wants a key: [^\n]*CELERIAC_KEY\.\n$/) });
    expect(wrong).toEqual({ code: 1, screen: expect.stringContaining("refuses the key") });
    expect(wrong.screen).not.toContain("5f0d");
    expect(scope).toEqual({ code: 1, screen: expect.stringContaining("needs a key with the scope `submit`") });
    expect(filed).toEqual({ code: 0, stdout: "6\n", stderr: "" });
    expect(elsewhere.code).toBe(1);
    expect(good).toEqual({ code: 0, stdout: "4\n", stderr: "" });
  });

  it("refuses what it was not meant to be asked: exit code 2, and the nearest word", async () => {
    const wrong: [argv: string[], told: RegExp][] = [
      [["statsu"], /unknown command 'statsu'; did you mean 'status'\?/],
      [["call"], /missing required argument 'name'/],
      [["call", "tasks.add", "--agrs", "[]"], /unknown option '--agrs'; did you mean '--args'\?/],
      [["call", "tasks.add", "--args", "2, 3"], /--args expects a JSON array such as '\[2, 3\]', got '2, 3'/],
      [["inspect", "actve"], /inspect knows no 'actve'; did you mean 'active'\?/],
      [["status", "--url", "redis://localhost"], /--url .*reached over HTTP/],
    ];
    const ends = await Promise.all(wrong.map(([argv]) => inPipe(argv, { env })));
    for (const [at, [argv, told]] of wrong.entries()) {
      expect([argv, ends[at]]).toEqual([argv, { code: 2, stdout: "", stderr: expect.stringMatching(told) }]);
      expect(ends[at]?.stderr).toMatch(/^error: [^\n]*\n$/);
    }
    expect((await inPipe([])).code).toBe(2);
  });
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
