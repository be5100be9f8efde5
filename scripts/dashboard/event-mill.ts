import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { buildDashboard } from "./build.ts";

/** A server that has the dashboard's files, an empty deployment behind them, and a stream of events as fast as it is told. */
export interface EventMill {
  url: string;
  /** How many events were sent. */
  sent(): number;
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const BEAT_MILLISECONDS = 25;
const EVENTS = ["task-received", "task-started", "task-succeeded"] as const;

/** Starts it on a free port of loopback. `rate`: events a second. */
export async function startEventMill(rate: number): Promise<EventMill> {
  const files = await buildDashboard();
  const streams = new Set<ServerResponse>();
  let sent = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/[?#].*/, "");
    if (path === "/v1/events") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("retry: 1000\n\n");
      streams.add(response);
      response.on("close", () => streams.delete(response));
      return;
    }
    const contents = files.get(path.slice(1).replace(/\/$/, "/index.html"));
    if (contents !== undefined) {
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/html; charset=utf-8" }).end(contents);
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answerTo(path)));
  });
  let due = 0;
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    due += ((now - last) * rate) / 1000;
    last = now;
    const count = Math.floor(due);
    due -= count;
    const text = Array.from({ length: count }, (_, index) => message(sent + index, now)).join("");
    for (const stream of streams) stream.write(text);
    if (streams.size > 0) sent += count;
  }, BEAT_MILLISECONDS);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sent: () => sent,
    close() {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Each task has three events, in their order, with others' between them. */
function message(number: number, now: number): string {
  const task = Math.floor(number / EVENTS.length);
  const type = EVENTS[number % EVENTS.length];
  const failed = type === "task-succeeded" && task % 20 === 0;
  const document = {
    type: failed ? "task-failed" : type,
    uuid: idOf(task),
    name: `mill.task-${task % 30}`,
    timestamp: now / 1000,
    hostname: "celeriac@edge",
    args: "[1, 'two']",
    kwargs: "{}",
    retries: 0,
    queue: "celery",
    runtime: 0.01,
  };
  return `id: ${number}\nevent: ${document.type}\ndata: ${JSON.stringify(document)}\n\n`;
}

function idOf(task: number): string {
  return `00000000-0000-8000-8000-${String(task).padStart(12, "0")}`;
}

function answerTo(path: string): unknown {
  const time = new Date().toISOString();
  const result = (_: unknown, task: number) => ({
    task_id: idOf(task),
    status: "PENDING",
    name: "mill.task",
    args: [1, "two"],
    kwargs: {},
    queue: "celery",
    worker: null,
    retries: 0,
    date_received: time,
    date_started: null,
    date_done: null,
  });
  const answers: Readonly<Record<string, unknown>> = {
    "/v1/session": { name: null, scopes: ["submit", "read", "control"] },
    "/v1/queues": { queues: [{ queue: "celery", ready: 10, scheduled: 2, active: 3, paused: false, oldest_age: 1 }] },
    "/v1/schedules": { schedules: [], cursor: null },
    "/v1/tasks": { tasks: [] },
    "/v1/results": { results: Array.from({ length: 50 }, result), cursor: null },
    "/v1/inspect/stats": { shards: [], prices_of: "", dollars: { total: 0 }, dollars_per_million_tasks: null },
    "/v1/series": { resolution_seconds: 10, from: Date.now() - 900_000, series: seriesOf(90) },
  };
  return answers[path] ?? {};
}

function seriesOf(length: number): Record<string, number[]> {
  const names = ["received", "succeeded", "failed", "retried", "revoked", "run_seconds_sum", "wait_seconds_sum", "waiting"];
  return Object.fromEntries(names.map((name) => [name, Array.from({ length }, (_, index) => 100 + 50 * Math.sin(index / 7))]));
}
