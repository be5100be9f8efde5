import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Alarm } from "../../src/beat/alarm.ts";
import { BeatKeeper } from "../../src/beat/keeper.ts";
import type { Sql } from "../../src/beat/store.ts";
import { BeatStore } from "../../src/beat/store.ts";
import type { Accepted, BrokerClient, Refused } from "../../src/broker/api.ts";
import type { Call, Line } from "../../src/core/call.ts";
import type { Started } from "../../src/core/canvas/canvas-answers.ts";
import type { Workflow } from "../../src/core/canvas/workflow.ts";
import { defaultConfig } from "../../src/core/config.ts";
import { checkEntries } from "../../src/core/schedule/read-entries.ts";
import type { TaskDefinition } from "../../src/core/task-definition.ts";

/** 2026-11-22T13:55:00Z */
export const START = Date.UTC(2026, 10, 22, 13, 55);

const definitions = new Map<string, TaskDefinition>([
  ["tasks.add", { name: "tasks.add" }],
  ["tasks.print_task", { name: "tasks.print_task" }],
]);
const registry = { get: (name: string) => definitions.get(name), names: () => [...definitions.keys()] };

/** A broker that keeps the promise of `onceOnly`, and fails as it is told. */
export class FakeBroker {
  /** Accepted calls by id: what became tasks. */
  readonly tasks = new Map<string, { entry: string; args: unknown[] }>();
  submits = 0;
  /** Called with each submit before it is accepted; may throw, wait, or answer a refusal. */
  before: (calls: Call[]) => Promise<Refused | undefined> = async () => undefined;
  /** Called after it was accepted; may throw: the answer is lost. */
  after: () => Promise<void> = async () => undefined;

  async submit(calls: Call[]): Promise<Accepted | Refused> {
    this.submits += 1;
    const refused = await this.before(calls);
    if (refused) return refused;
    for (const call of calls) {
      if (!call.taskId || !call.onceOnly) throw new Error("expected every call of beat to have an id and to be once only");
      const line = JSON.parse(call.line) as Line;
      if (!this.tasks.has(call.taskId)) this.tasks.set(call.taskId, { entry: entryOf(call), args: line.args ?? [] });
    }
    await this.after();
    return { ok: true, ids: calls.map((call) => call.taskId ?? ""), duplicates: [] };
  }

  /** Canvases by the id that they were started under: how many calls are in them. */
  readonly canvases = new Map<string, { entry: string; calls: number }>();

  async start({ calls }: Workflow): Promise<Started | Refused> {
    this.submits += 1;
    const refused = await this.before(calls);
    if (refused) return refused;
    const [named] = calls.filter(({ taskId, onceOnly }) => taskId !== undefined && onceOnly === true);
    if (named?.taskId === undefined) throw new Error("expected a canvas of beat to have an id and to be once only");
    if (!this.canvases.has(named.taskId)) this.canvases.set(named.taskId, { entry: entryOf(named), calls: calls.length });
    await this.after();
    return { ok: true, ids: [], groups: [], tree: null };
  }

  /** How many tasks were made of an entry. */
  count(entry: string): number {
    return [...this.tasks.values()].filter((task) => task.entry === entry).length;
  }
}

export function entryOf(call: Call): string {
  return (JSON.parse(call.line) as Line).periodic_task_name ?? "";
}

/** One Beat object and what is around it: time moves when told, the rows and the alarm outlive an eviction. */
export class World {
  now = START;
  variables: Record<string, unknown> = {};
  readonly broker = new FakeBroker();
  readonly lines: string[] = [];
  armed: number | null = null;
  timesArmed = 0;
  /** Rows that statements answered. */
  reads = 0;
  /** Statements that write a row. */
  writes = 0;
  keeper: BeatKeeper;
  readonly #database = new DatabaseSync(":memory:");

  constructor(entries: Record<string, unknown>) {
    this.variables = { beat_schedule: entries };
    this.keeper = this.#boot();
  }

  /** Memory is lost; rows and alarm are not. What runs goes on, but nobody hears of it. */
  evict(): void {
    this.keeper = this.#boot();
  }

  /** Moves the clock to an instant after the start (seconds), firing each alarm on its millisecond. */
  async until(seconds: number): Promise<void> {
    const end = START + seconds * 1000;
    while (this.armed !== null && this.armed <= end) {
      this.now = Math.max(this.now, this.armed);
      await this.fire();
    }
    this.now = end;
  }

  /** Fires the alarm that is armed, now. */
  async fire(): Promise<void> {
    const scheduledTime = this.armed ?? this.now;
    this.armed = null;
    await this.keeper.alarm(scheduledTime);
  }

  rows(): Record<string, unknown>[] {
    return this.#database.prepare("SELECT * FROM entry ORDER BY name").all();
  }

  #boot(): BeatKeeper {
    const line = (level: string) => (message: string) => void this.lines.push(`${level} ${message}`);
    const statements = new Map<string, StatementSync>();
    const sql: Sql = {
      exec: (query, ...bindings) => {
        const statement = statements.get(query) ?? this.#database.prepare(query);
        statements.set(query, statement);
        const rows = statement.all(...bindings);
        this.reads += rows.length;
        if (/^(INSERT|UPDATE|DELETE)/.test(query)) this.writes += 1;
        return { toArray: () => rows };
      },
    };
    return new BeatKeeper({
      store: new BeatStore(sql),
      alarm: new Alarm({
        getAlarm: async () => this.armed,
        setAlarm: async (at) => {
          this.timesArmed += 1;
          this.armed = at;
        },
      }),
      config: () => defaultConfig,
      entries: (config) => checkEntries(this.variables, { tasks: registry, config }),
      registry,
      broker: () => this.#client(),
      clock: { now: () => this.now },
      log: { debug: line("DEBUG"), info: line("INFO"), warning: line("WARNING"), error: line("ERROR") },
    });
  }

  #client(): BrokerClient {
    const none = () => {
      throw new Error("beat only submits");
    };
    const start = (workflow: Workflow) => this.broker.start(workflow);
    const canvases = { start, tree: none, group: none, addToGroup: none };
    const steering = { ...canvases, pause: none, resume: none, limit: none, timeLimit: none };
    const others = {
      ...steering,
      result: none,
      claim: none,
      report: none,
      news: none,
      revoke: none,
      revokeWhere: none,
      revokeStamps: none,
      purge: none,
      update: none,
      forget: none,
      sweep: none,
      stats: none,
    };
    const looks = { newest: none, startJob: none, job: none, rerun: none, inspect: none, history: none };
    return { ...others, looks, submit: (calls) => this.broker.submit(calls) };
  }
}
