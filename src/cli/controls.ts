import { usageError } from "./cli-error.ts";
import { isRecord, textOf } from "./document.ts";
import { followJob } from "./follow-job.ts";
import { readNumberFlag } from "./read-flag.ts";
import type { Session } from "./session.ts";
import { type FilterFlags, readFilter } from "./task-filter.ts";

/** Flags of `celeriac control`. */
export interface ControlFlags extends FilterFlags {
  terminate?: boolean;
  dryRun?: boolean;
}

/** What a control did. */
export interface Done {
  /** What the deployment answered. */
  answer: unknown;
  /** The same in Celery's words. */
  said: string;
}

/** One thing that `celeriac control` can do. */
export interface Control {
  usage: string;
  text: string;
  run(session: Session, words: readonly string[], flags: ControlFlags): Promise<Done>;
}

/** Celery's, and why they are not here. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  autoscale: "consumers scale by themselves, up to max_concurrency in wrangler.toml",
  pool_grow: "consumers scale by themselves, up to max_concurrency in wrangler.toml",
  pool_shrink: "consumers scale by themselves, up to max_concurrency in wrangler.toml",
  pool_restart: "deploying starts new code; what runs is granted again",
  shutdown: "a deployment runs while it is deployed; `celeriac control pause QUEUE` stops its work, and Ctrl-C ends a local runner",
  enable_events: "events are always on",
  disable_events: "events are always on",
  heartbeat: "leases take the place of heartbeats",
  election: "the broker decides alone",
};

/** Every control, by its name. */
export const CONTROLS: Readonly<Record<string, Control>> = {
  revoke: {
    usage: "revoke ID …  (or a filter)",
    text: "end tasks that wait; with --terminate those too that run",
    run: (session, words, flags) => revoke(session, words, flags, flags.terminate === true),
  },
  terminate: {
    usage: "terminate ID …  (or a filter)",
    text: "end tasks that wait or run",
    run: (session, words, flags) => revoke(session, words.filter(isNoSignal), flags, true),
  },
  retry: {
    usage: "retry ID …  (or a filter)",
    text: "run tasks that have ended again, under new ids",
    run: retry,
  },
  rate_limit: {
    usage: "rate_limit TASK RATE",
    text: "so many starts a second, minute or hour: 10/m; 0: no limit",
    async run({ server }, words) {
      const [task, rate] = pair("rate_limit", "TASK RATE", words);
      const limit = /^\d+(\.\d+)?$/.test(rate) ? Number(rate) : rate;
      const answer = await server.post("/v1/control/rate_limit", { task, rate_limit: limit === 0 ? null : limit });
      return { answer, said: limit === 0 ? "rate limit disabled successfully" : "new rate limit set successfully" };
    },
  },
  time_limit: {
    usage: "time_limit TASK SOFT [HARD]",
    text: "seconds after which a task is told, and ended",
    async run({ server }, words) {
      const [task, soft, hard] = words;
      if (task === undefined || soft === undefined || words.length > 3) throw usageError("control time_limit expects TASK SOFT [HARD]");
      const body = { task, soft: readNumberFlag("SOFT", soft), hard: hard === undefined ? undefined : readNumberFlag("HARD", hard) };
      return { answer: await server.post("/v1/control/time_limit", body), said: "time limits set successfully" };
    },
  },
  pause: {
    usage: "pause QUEUE …",
    text: "hand out nothing of these queues (Celery's cancel_consumer)",
    run: (session, words) => pause(session, words, true),
  },
  resume: { usage: "resume QUEUE …", text: "go on (Celery's add_consumer)", run: (session, words) => pause(session, words, false) },
  cancel_consumer: { usage: "cancel_consumer QUEUE", text: "the same as pause", run: (session, words) => pause(session, words, true) },
  add_consumer: { usage: "add_consumer QUEUE", text: "the same as resume", run: (session, words) => pause(session, words, false) },
};

/** Celery's `terminate` begins with a signal, `SIGTERM`; there are no processes here to send it to. */
function isNoSignal(word: string): boolean {
  return !/^SIG[A-Z]+$/.test(word);
}

async function revoke(session: Session, ids: readonly string[], flags: ControlFlags, terminate: boolean): Promise<Done> {
  if (ids.length === 0) return many(session, "revoke", { ...filterOf("revoke", flags), terminate }, flags);
  const answers = await each(session, ids, (path) => session.server.post(`${path}/revoke`, { terminate }));
  const said = answers.map((answer) => `${answer.task_id}: ${textOf(answer.revocation)}`).join("\n");
  return { answer: answers, said: `tasks ${said.includes("\n") ? `flagged as revoked\n${said}` : `flagged as revoked: ${said}`}` };
}

async function retry(session: Session, ids: readonly string[], flags: ControlFlags): Promise<Done> {
  if (ids.length === 0) return many(session, "retry", filterOf("retry", flags), flags);
  const answers = await each(session, ids, (path) => session.server.post(`${path}/retry`, undefined, "nothing"));
  return { answer: answers, said: answers.map((answer, at) => `${ids[at]} runs again as ${textOf(answer.task_id)}`).join("\n") };
}

async function each(_: Session, ids: readonly string[], ask: (path: string) => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  for (const id of ids) {
    const answer = await ask(`/v1/results/${encodeURIComponent(id)}`);
    answers.push(isRecord(answer) ? { task_id: id, ...answer } : { task_id: id });
  }
  return answers;
}

async function many(session: Session, what: string, filter: Record<string, unknown>, { dryRun }: ControlFlags): Promise<Done> {
  const answer = await session.server.post(`/v1/results/${what}`, { ...filter, ...(dryRun === true ? { dry_run: true } : {}) });
  const ended = dryRun === true ? answer : await followJob(session, answer, what);
  const count = isRecord(ended) ? (ended.count ?? ended.done ?? 0) : 0;
  const tasks = `${count} ${count === 1 ? "task" : "tasks"}`;
  const did = what === "revoke" ? "flagged as revoked" : "run again";
  return { answer: ended, said: dryRun === true ? `${tasks} would be ${did}` : `${tasks} ${did}` };
}

function filterOf(what: string, flags: ControlFlags): Record<string, string> {
  const filter = readFilter(flags);
  if (Object.keys(filter).length > 0) return filter;
  throw usageError(`control ${what} expects the ids of tasks, or a filter: --status, --name, --queue, --since, --until`);
}

function pair(what: string, usage: string, words: readonly string[]): [string, string] {
  const [first, second] = words;
  if (first === undefined || second === undefined || words.length > 2) throw usageError(`control ${what} expects ${usage}`);
  return [first, second];
}

async function pause({ server }: Session, queues: readonly string[], paused: boolean): Promise<Done> {
  if (queues.length === 0) throw usageError(`control ${paused ? "pause" : "resume"} expects the names of queues`);
  const answers: unknown[] = [];
  for (const queue of queues) answers.push(await server.post(`/v1/queues/${encodeURIComponent(queue)}/${paused ? "pause" : "resume"}`));
  return {
    answer: answers,
    said: queues.map((queue) => (paused ? `no longer consuming from ${queue}` : `add consumer ${queue}`)).join("\n"),
  };
}
