import { requestBytes } from "./connection.ts";
import { Connections } from "./connections.ts";
import type { Server } from "./server.ts";

/** One call, and what must come of it. */
export interface Job {
  body: { task: string; args: unknown[]; countdown?: number };
  status: "SUCCESS" | "FAILURE";
  /** The result; of a failure its `exc_message`. */
  result: unknown;
}

/** How one run of a workload went; all instants are the client's. */
export interface Run {
  ids: string[];
  /** Milliseconds from the first byte of the first submit until the last answer to one. */
  acceptedAfter: number;
  /** Milliseconds from the same instant until the client was told that every task had ended. */
  endedAfter: number;
}

/** A call of `tasks.add` that no other number makes. */
export function addJob(number: number): Job {
  return { body: { task: "tasks.add", args: [number, 1] }, status: "SUCCESS", result: number + 1 };
}

/** A call of `tasks.fail`. */
export function failJob(number: number): Job {
  const message = `number ${number}`;
  return { body: { task: "tasks.fail", args: [message] }, status: "FAILURE", result: [message] };
}

/** So many bulks are on their way at once: the next are read while one is being written. */
const BULK_CONNECTIONS = 8;
const READ_CONNECTIONS = 16;

/** Submits jobs in bulks of `size` and waits until all have ended, which the broker's own count tells. Nothing else may run. */
export async function runBulks(server: Server, jobs: readonly Job[], size: number): Promise<Run> {
  const requests: Buffer[] = [];
  for (let from = 0; from < jobs.length; from += size) {
    const bodies = jobs.slice(from, from + size).map(({ body }) => body);
    requests.push(requestBytes("POST", "/v1/tasks", JSON.stringify(bodies)));
  }
  const answers = await timed(server, { requests, width: BULK_CONNECTIONS, tasks: jobs.length });
  return { ...answers, ids: answers.bodies.flatMap((body) => idsOf(body)) };
}

/** Submits jobs one by one on so many connections and waits until all have ended. */
export async function runOneByOne(server: Server, jobs: readonly Job[], width: number): Promise<Run> {
  const requests = jobs.map(({ body: { task, ...rest } }) => requestBytes("POST", `/v1/tasks/${task}`, JSON.stringify(rest)));
  const answers = await timed(server, { requests, width, tasks: jobs.length });
  return { ...answers, ids: answers.bodies.map(idOf) };
}

/** Reads every result. @throws Error naming the first that is not what its job says */
export async function verify(server: Server, ids: readonly string[], jobs: readonly Job[]): Promise<void> {
  if (new Set(ids).size !== jobs.length) throw new Error(`expected ${jobs.length} ids, got ${new Set(ids).size} different ones`);
  const connections = await Connections.open(server.url, READ_CONNECTIONS);
  try {
    await connections.sendAll(
      ids.length,
      (index) => requestBytes("GET", `/v1/results/${ids[index]}`),
      ({ body }, index) => checkResult(body, jobs[index]),
    );
  } finally {
    connections.close();
  }
}

/** @throws Error when a result document is not what the job says */
export function checkResult(text: string, job: Job | undefined): void {
  const document = JSON.parse(text);
  const result = document.status === "FAILURE" ? document.result?.exc_message : document.result;
  if (document.status === job?.status && JSON.stringify(result) === JSON.stringify(job?.result)) return;
  throw new Error(`expected ${JSON.stringify(job)}, got ${text.slice(0, 500)}`);
}

/** The id that a submit was answered with. @throws Error when there is none */
export function idOf(text: string): string {
  const id: unknown = JSON.parse(text).task_id;
  if (typeof id === "string") return id;
  throw new Error(`expected a task_id, got ${text.slice(0, 300)}`);
}

function idsOf(text: string): string[] {
  const ids: unknown = JSON.parse(text).task_ids;
  if (Array.isArray(ids)) return ids.map(String);
  throw new Error(`expected task_ids, got ${text.slice(0, 300)}`);
}

async function timed(server: Server, { requests, width, tasks }: { requests: Buffer[]; width: number; tasks: number }) {
  const connections = await Connections.open(server.url, width);
  const bodies: string[] = new Array(requests.length).fill("");
  const before = await server.stats();
  const start = performance.now();
  await connections.sendAll(
    requests.length,
    (index) => requests[index] ?? Buffer.alloc(0),
    ({ body }, index) => {
      bodies[index] = body;
    },
  );
  const acceptedAfter = performance.now() - start;
  await server.until("ended", before.tasks.ended + tasks);
  const endedAfter = performance.now() - start;
  connections.close();
  return { bodies, acceptedAfter, endedAfter };
}
