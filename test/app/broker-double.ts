import type { Connection } from "../../src/app/connection.ts";
import type { Forgotten, Revocation, Submitted } from "../../src/app/transport.ts";
import type { Call, Line } from "../../src/core/call.ts";
import type { NoCanvas, TreePart } from "../../src/core/canvas/canvas-answers.ts";
import { type Config, defaultConfig } from "../../src/core/config.ts";
import type { Lookup, TaskRecord } from "../../src/core/result.ts";

export const NOW = 1_700_000_000_000;

/** A connection to a broker that only takes notes; a wait for a result moves the clock on by as long. */
export class BrokerDouble implements Connection {
  readonly calls: Call[] = [];
  readonly waits: number[] = [];
  /** The answer to `forget`. */
  forgotten: Forgotten = "forgotten";
  /** What it was told by `app.control`, as words. */
  readonly steered: string[] = [];
  readonly revokes: { ids: readonly string[]; terminate?: boolean }[] = [];
  readonly purged: string[] = [];
  time = NOW;
  answer: Submitted = { ok: true, ids: ["id-1"], duplicates: [] };
  /** Answered in turn; the last one again and again. */
  lookups: Lookup[] = [{ found: false, why: "unknown" }];

  readonly clock = { now: () => this.time };
  readonly config: Config = { ...defaultConfig, taskQueues: ["celery", "sums"] };
  readonly transport = {
    submit: async (calls: Call[]): Promise<Submitted> => {
      this.calls.push(...calls);
      return this.answer;
    },
    start: noCanvas,
    tree: async (): Promise<TreePart | NoCanvas> => {
      const [lookup = { found: false, why: "unknown" }] = this.lookups;
      if (!lookup.found) return lookup;
      const { id, state, receivedAt, startedAt, doneAt, children = [] } = lookup.record;
      const node = { id, name: "tasks.add", state, rootId: id, parentId: null, groupId: null, children, receivedAt, startedAt, doneAt };
      return { found: true, rootId: id, nodes: [node], cursor: null };
    },
    group: noCanvas,
    forget: async (): Promise<Forgotten> => this.forgotten,
    pause: async (queue: string): Promise<void> => void this.steered.push(`pause ${queue}`),
    resume: async (queue: string): Promise<void> => void this.steered.push(`resume ${queue}`),
    timeLimit: async ({ name, soft, hard }: { name: string; soft?: number | null | undefined; hard?: number | null | undefined }) =>
      void this.steered.push(`time limit ${name} ${soft} ${hard}`),
    limit: async ({ name, perSecond }: { name: string; perSecond?: number | null | undefined }): Promise<void> =>
      void this.steered.push(`limit ${name} ${perSecond}`),
    revoke: async (ids: readonly string[], options?: { terminate?: boolean }): Promise<Revocation[]> => {
      this.revokes.push({ ids, ...options });
      return ids.map(() => "revoked");
    },
    revokeStamps: async (headers: Readonly<Record<string, unknown>>): Promise<number> => Object.keys(headers).length,
    purge: async (queue: string): Promise<number> => {
      this.purged.push(queue);
      return 2;
    },
    result: async (_id: string, waitSeconds: number): Promise<Lookup> => {
      this.waits.push(waitSeconds);
      const lookup = (this.lookups.length > 1 ? this.lookups.shift() : this.lookups[0]) ?? { found: false, why: "unknown" };
      if (lookup.found && lookup.record.doneAt === null) this.time += waitSeconds * 1000;
      return lookup;
    },
  };

  /** The lines that were sent, parsed. */
  get lines(): Line[] {
    return this.calls.map((call) => JSON.parse(call.line));
  }
}

/** A record in some state; `result` is given as a value. */
export function found(state: TaskRecord["state"], result?: unknown, traceback: string | null = null): Lookup {
  const done = state === "SUCCESS" || state === "FAILURE" || state === "REVOKED";
  const record: TaskRecord = {
    id: "id-1",
    state,
    result: result === undefined ? null : JSON.stringify(result),
    traceback,
    line: '{"task":"tasks.add"}',
    queue: "celery",
    retries: 0,
    worker: null,
    receivedAt: NOW,
    startedAt: null,
    doneAt: done ? NOW : null,
    eta: null,
    expires: null,
  };
  return { found: true, record };
}

async function noCanvas(): Promise<never> {
  throw new Error("not a part of these tests");
}
