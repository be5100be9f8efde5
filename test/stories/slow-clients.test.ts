import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawExchange } from "./raw-exchange.ts";
import { endRunners, type Runner, startRunner } from "./runner.ts";

const SOCKETS = "/proc/net/tcp";
const CLOSE_WAIT = "08";
const POLLS = 1_000;
const BODY = '{"args":[21]}';
const HEAD = `POST /v1/tasks/stories.double HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n`;

let runner: Runner;

beforeAll(async () => {
  runner = await startRunner({ config: join(import.meta.dirname, "deployment/wrangler.toml") });
});
afterAll(endRunners);

describe("clients that are slow, or leave", () => {
  it("half a body submits nothing, whether its sender waits, half-closes or is gone", async () => {
    const before = await accepted();
    const waiting = open(`${HEAD}\r\n${BODY.slice(0, 6)}`);
    const gone = open(`${HEAD}\r\n${BODY.slice(0, 6)}`);
    const halfClosed = rawExchange(runner.port, `${HEAD}\r\n${BODY.slice(0, 6)}`, true);
    gone.destroy();
    expect([0, 400]).toContain((await halfClosed).status);
    expect(await double(4)).toBe(8);
    expect(waiting.text()).toBe("");
    waiting.destroy();
    // The one that was whole, and no other.
    expect((await accepted()) - before).toBe(1);
  });

  it("a body that drips in is taken as any other, and holds nobody up", async () => {
    const client = open(`${HEAD.replace("double HTTP", "double?wait=5 HTTP")}Connection: close\r\n\r\n`);
    await client.connected;
    for (const letter of BODY) {
      client.write(letter);
      await pause(60);
      if (letter === ":") expect(await double(1)).toBe(2);
    }
    await expect.poll(client.text, { timeout: 5_000 }).toMatch(/^HTTP\/1\.1 200 [\s\S]*"status":"SUCCESS","result":42/);
    client.destroy();
  });

  it("a client that ends its side while it waits, or goes, does not end the task", async () => {
    const id = await later();
    const leaving = open(`GET /v1/results/${id}?wait=30 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    const halfClosing = open(`GET /v1/results/${id}?wait=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    halfClosing.end();
    leaving.destroy();
    expect(await (await fetch(`${runner.url}/v1/results/${id}`)).json()).toMatchObject({ status: "PENDING" });
    expect(await double(3)).toBe(6);
    halfClosing.destroy();
  });
});

describe(`${POLLS} long polls at once`, () => {
  it("each gets the answer of its own task, and others pass meanwhile", async () => {
    const ids = await submitPaused(POLLS);
    const polls = ids.map((id) => poll(id, 40));
    expect(await (await fetch(`${runner.url}/v1/results/${ids[0]}`)).json()).toMatchObject({ status: "PENDING" });
    await post("/v1/queues/celery/resume");
    const answers = await Promise.all(polls);
    expect(answers.map(({ task_id, status, result }) => [task_id, status, result])).toEqual(ids.map((id, at) => [id, "SUCCESS", 2 * at]));
  });

  it("are let go of, once their wait is over, when their clients have left", async () => {
    const id = await later();
    const leaving = Array.from({ length: POLLS }, () => open(`GET /v1/results/${id}?wait=2 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`));
    await Promise.all(leaving.map((client) => client.connected));
    for (const client of leaving) client.destroy();
    expect(await double(5)).toBe(10);
    // As seen with waits of 2 and of 5 seconds: a connection is held for as long as its client had asked to wait.
    await expect.poll(abandoned, { timeout: 5_000 }).toBe(0);
    // Who comes after them is answered when its own time is over.
    const answers = await Promise.all(Array.from({ length: 100 }, () => poll(id, 0.1)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["PENDING"]));
    expect(runner.output()).not.toMatch(/error/i);
  });
});

/** How many connections the runner holds whose clients have left (CLOSE_WAIT, as Linux tells it; elsewhere 0). */
function abandoned(): number {
  if (!existsSync(SOCKETS)) return 0;
  const held = `0100007F:${runner.port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync(SOCKETS, "utf8").split("\n");
  return lines.map((line) => line.trim().split(/\s+/)).filter(([, local, , state]) => local === held && state === CLOSE_WAIT).length;
}

/** A client that has sent these bytes, and keeps what comes. */
function open(bytes: string) {
  let text = "";
  const connected = Promise.withResolvers<void>();
  const socket: Socket = connect({ port: runner.port, host: "127.0.0.1", allowHalfOpen: true }, () =>
    socket.write(bytes, () => connected.resolve()),
  );
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => connected.resolve());
  return {
    connected: connected.promise,
    text: () => text,
    write: (more: string) => socket.write(more),
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  };
}

async function post(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const json = { "content-type": "application/json" };
  const init = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
  const answer = await fetch(`${runner.url}${path}`, { method: "POST", ...init });
  if (!answer.ok) throw new Error(`${answer.status} to ${path}: ${await answer.text()}`);
  const text = await answer.text();
  return (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
}

async function double(x: number): Promise<unknown> {
  return (await post("/v1/tasks/stories.double?wait=10", { args: [x] })).result;
}

/** The id of a task that waits for longer than these tests take. */
async function later(): Promise<string> {
  return String((await post("/v1/tasks/stories.double", { args: [1], countdown: 600 })).task_id);
}

async function submitPaused(count: number): Promise<string[]> {
  await post("/v1/queues/celery/pause");
  const calls = Array.from({ length: count }, (_, at) => ({ task: "stories.double", args: [at] }));
  return (await post("/v1/tasks", calls)).task_ids as string[];
}

async function poll(id: string, seconds: number): Promise<Record<string, unknown>> {
  return (await (await fetch(`${runner.url}/v1/results/${id}?wait=${seconds}`)).json()) as Record<string, unknown>;
}

/** How many tasks the list tells of. */
async function accepted(): Promise<number> {
  return ((await (await fetch(`${runner.url}/v1/results`)).json()) as { results: unknown[] }).results.length;
}
