import type { Hono } from "hono";
import type {
  Accepted,
  BrokerClient,
  Forgotten,
  LimitRequest,
  Refused,
  Revocation,
  Sent,
  SubmitOptions,
  TimeLimitRequest,
} from "../../src/broker/api.ts";
import type { Call } from "../../src/core/call.ts";
import type { NoCanvas, Started } from "../../src/core/canvas/canvas-answers.ts";
import { defaultConfig } from "../../src/core/config.ts";
import type { Lookup, TaskRecord } from "../../src/core/result.ts";
import type { TaskFilter } from "../../src/core/revocation.ts";
import type { TaskDefinition, TaskRegistry } from "../../src/core/task-definition.ts";
import type { ShardStats } from "../../src/core/units.ts";
import type { Env } from "../../src/env.ts";
import { createHttp, type HttpParts } from "../../src/http/api.ts";
import { FakeEvents } from "./fake-events.ts";
import { FakeLooks } from "./fake-looks.ts";

/** The instant that every test's clock shows. */
export const NOW = Date.UTC(2026, 10, 22, 14, 0, 0);

/** An id that the fake broker gives, by position. */
export function idAt(position: number): string {
  return `00000000-0000-8000-8000-${String(position).padStart(12, "0")}`;
}

/** A broker that accepts everything, and remembers what it was asked. Set `submitted` or `lookup` to answer otherwise. */
export class FakeBroker implements BrokerClient {
  readonly looks = new FakeLooks();
  submits: Array<{ calls: Call[]; waitSeconds: number | undefined; sent?: Sent }> = [];
  lookups: Array<{ id: string; waitSeconds: number }> = [];
  /** What it was told to do with queues and tasks, as words. */
  steered: string[] = [];
  sweeps = 0;
  shardStats: ShardStats[] = [];
  submitted: ((calls: Call[]) => Accepted | Refused) | undefined;
  lookup: Lookup = { found: false, why: "unknown" };
  failure: unknown;

  async submit(calls: Call[], options?: SubmitOptions): Promise<Accepted | Refused> {
    this.#fail();
    this.submits.push({ calls, waitSeconds: options?.waitSeconds, sent: options?.sent });
    return this.submitted?.(calls) ?? { ok: true, ids: calls.map((_, index) => idAt(index)), duplicates: [] };
  }

  async result(id: string, waitSeconds: number): Promise<Lookup> {
    this.#fail();
    this.lookups.push({ id, waitSeconds });
    return this.lookup;
  }

  async stats(): Promise<ShardStats[]> {
    return this.shardStats;
  }

  async sweep(): Promise<void> {
    this.#fail();
    this.sweeps++;
  }

  async pause(queue: string): Promise<void> {
    this.steered.push(`pause ${queue}`);
  }

  async resume(queue: string): Promise<void> {
    this.steered.push(`resume ${queue}`);
  }

  async timeLimit({ name, soft, hard }: Omit<TimeLimitRequest, "version">): Promise<void> {
    this.steered.push(`time limit ${name} ${soft} ${hard}`);
  }

  async limit({ name, perSecond }: Omit<LimitRequest, "version">): Promise<void> {
    this.steered.push(`limit ${name} ${perSecond}`);
  }

  async claim(): Promise<never> {
    throw new Error("the door never claims");
  }

  async report(): Promise<never> {
    throw new Error("the door never reports");
  }

  /** What became of every task that was revoked. */
  revocation: Revocation = "revoked";
  revokes: Array<{ ids: readonly string[]; terminate: boolean | undefined }> = [];

  async start(): Promise<Started> {
    this.#fail();
    return { ok: true, ids: [], groups: [], tree: null };
  }

  async tree(): Promise<NoCanvas> {
    this.#fail();
    return { found: false, why: "unknown" };
  }

  async group(): Promise<NoCanvas> {
    this.#fail();
    return { found: false, why: "unknown" };
  }

  async addToGroup(): Promise<never> {
    throw new Error("not a part of these tests");
  }

  async revoke(ids: readonly string[], options?: { terminate?: boolean }): Promise<Revocation[]> {
    this.#fail();
    this.revokes.push({ ids, terminate: options?.terminate });
    return ids.map(() => this.revocation);
  }

  /** How many tasks every filter means. */
  matches = 0;
  filters: Array<{ filter: TaskFilter; terminate?: boolean; dryRun?: boolean }> = [];
  purged: string[] = [];

  async revokeWhere(filter: TaskFilter, options?: { terminate?: boolean; dryRun?: boolean }): Promise<number> {
    this.#fail();
    this.filters.push({ filter, ...options });
    return this.matches;
  }

  async revokeStamps(): Promise<never> {
    throw new Error("the door knows no stamps");
  }

  async purge(queue: string): Promise<number> {
    this.#fail();
    this.purged.push(queue);
    return this.matches;
  }

  async news(): Promise<never> {
    throw new Error("the door never asks for news");
  }

  async update(): Promise<never> {
    throw new Error("the door never tells states");
  }

  /** The answer to `forget`. */
  forgotten: Forgotten = "forgotten";

  async forget(): Promise<Forgotten> {
    return this.forgotten;
  }

  #fail(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

const required = (name: string) => ({ name, required: true, rest: false });

const TASKS: TaskDefinition[] = [
  { name: "tasks.print_task", parameters: [] },
  { name: "tasks.add", parameters: [required("x"), required("y")], doc: "Adds two numbers." },
  { name: "tasks.any", queue: "slow", ignoreResult: true },
];

const registry: TaskRegistry<TaskDefinition> = {
  get: (name) => TASKS.find((task) => task.name === name),
  names: () => TASKS.map((task) => task.name),
};

/** A record of `tasks.add(2, 3)`, succeeded; `changes` win. */
export function recordOf(changes: Partial<TaskRecord> = {}): TaskRecord {
  return {
    id: idAt(0),
    state: "SUCCESS",
    result: "5",
    traceback: null,
    line: '{"task":"tasks.add","args":[2,3]}',
    queue: "celery",
    retries: 0,
    worker: "celeriac@1a2b",
    receivedAt: NOW,
    startedAt: NOW + 5,
    doneAt: NOW + 10,
    eta: null,
    expires: null,
    ...changes,
  };
}

/** How the door behaves at the local runner, where keys are off. */
export const OPEN: Partial<Env> = { CELERIAC_LOCAL: { open: true, letGo: true, loglevel: "info" } };

interface Setup {
  broker: FakeBroker;
  http: Hono<{ Bindings: Env }>;
  /** Sends a request as a client on loopback would. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** The same with a JSON body, by POST. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A door over a fake broker. `variables` are the Worker's; by default keys are off. */
export function setup(variables: Partial<Env> = OPEN, parts: Partial<HttpParts> = {}): Setup {
  const broker = new FakeBroker();
  const http = createHttp({
    registry,
    broker: () => broker,
    events: () => new FakeEvents(),
    config: () => ({ ...defaultConfig, timezone: "Asia/Shanghai", taskQueues: ["celery", "slow"] }),
    clock: { now: () => NOW },
    ...parts,
  });
  // The door asks the environment for its own variables only; the bindings are the broker client's.
  const env = variables as Env;
  const ctx = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} };
  const send = async (path: string, init?: RequestInit) => http.request(`http://localhost:8787${path}`, init, env, ctx);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { broker, http, send, post };
}

/** A problem's document, and its status and headers. */
export interface ProblemAnswer {
  status: number;
  headers: Headers;
  type: string;
  detail: string;
  /** `path: message` of every fault. */
  faults: string[];
  paths: string[];
}

/** Reads an answer as a problem; throws when it is none. */
export async function problemOf(answer: Response): Promise<ProblemAnswer> {
  const text = await answer.text();
  if (answer.headers.get("content-type") !== "application/problem+json") throw new Error(`no problem: ${answer.status} ${text}`);
  const document = JSON.parse(text) as {
    type: string;
    title: string;
    status: number;
    detail: string;
    errors?: Array<{ path: string; message: string }>;
  };
  if (document.status !== answer.status || document.title === "" || document.detail === "") throw new Error(`incomplete: ${text}`);
  const errors = document.errors ?? [];
  return {
    status: answer.status,
    headers: answer.headers,
    type: document.type,
    detail: document.detail,
    faults: errors.map(({ path, message }) => `${path}: ${message}`),
    paths: errors.map(({ path }) => path),
  };
}
