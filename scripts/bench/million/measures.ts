import { type Answer, requestBytes } from "../connection.ts";
import { Connections } from "../connections.ts";
import { between } from "../meter.ts";
import { addJob, runBulks, verify } from "../workload.ts";
import type { Subject } from "./subject.ts";

const CONNECTIONS = 32;
const BULK_CONNECTIONS = 4;
const BULK = 10_000;
const CONSUMERS = { width: 4, room: 100 };
/** Numbers from here on are of tasks that are measured, not of those that wait. */
const MEASURED_FROM = 1_000_000_000;
const HIGHEST = 9;

/** One thing that a broker does: `run` does it to so many tasks and tells how many milliseconds it took. */
export interface Measure {
  name: string;
  tasks: number;
  run(subject: Subject, tasks: number): Promise<number>;
}

/** What the oldest tasks are that a broker with nothing in it is given before they are claimed. */
export type Refill = (subject: Subject, tasks: number) => Promise<void>;

/** Claims and reports what has waited longest: of the million, or of as many tasks as are claimed. */
export const OLDEST: Measure = {
  name: "claim and report the oldest",
  tasks: 5_000,
  run: (subject, tasks) =>
    timed(async () => {
      const ended = await subject.end({ tasks, ...CONSUMERS });
      if (ended !== tasks) throw new Error(`${subject.name}: expected ${tasks} tasks to wait, got ${ended}`);
    }),
};

/** Submits of priority 9 into the queue in which the others wait: of what is ready they are to go first. */
const submit: Measure = {
  name: "submit one by one, same queue",
  tasks: 5_000,
  run: ({ server }, tasks) => submitAll(server.url, tasks, 1),
};

const claim: Measure = {
  name: "claim and report these",
  tasks: 5_000,
  run: (subject, tasks) => timed(() => subject.drain({ from: MEASURED_FROM, tasks, ...CONSUMERS })),
};

const submitBulk: Measure = {
  name: `submit in bulks of ${BULK}, same queue`,
  tasks: 20_000,
  run: ({ server }, tasks) => submitAll(server.url, tasks, BULK),
};

const claimBulk: Measure = {
  name: "claim and report those",
  tasks: 20_000,
  run: (subject, tasks) => timed(() => subject.drain({ from: MEASURED_FROM, tasks, ...CONSUMERS })),
};

const beside: Measure = {
  name: `bulks of ${BULK} end to end, queue beside`,
  tasks: 20_000,
  async run({ server }, tasks) {
    const jobs = Array.from({ length: tasks }, (_, number) => addJob(number));
    const { ids, endedAfter } = await runBulks(server, jobs, Math.min(BULK, tasks));
    // Every tenth is enough to see that they are the right ones.
    const some = (_: unknown, index: number) => index % 10 === 0;
    await verify(server, ids.filter(some), jobs.filter(some));
    return endedAfter;
  },
};

/** What is measured in each mix, in this order: what one submits the next one claims. */
export const MEASURES: readonly Measure[] = [submit, claim, submitBulk, claimBulk, beside];

/** How many tasks a measure takes at a scale. */
export function sized({ tasks }: Measure, scale: number): number {
  return Math.max(100, Math.round(tasks * scale));
}

/** Does it once to so many tasks and tells tasks a second, and rows read for each. */
export async function measure({ run }: Measure, subject: Subject, tasks: number): Promise<{ rate: number; rowsRead: number }> {
  const before = await subject.server.stats();
  const milliseconds = await run(subject, tasks);
  const { units } = between(before, await subject.server.stats());
  return { rate: (1000 * tasks) / milliseconds, rowsRead: units.rowsRead / tasks };
}

/** Submits so many tasks of one priority into the held queue in bulks of 10,000, numbered from 0. */
export async function fillInBulk({ server }: Subject, tasks: number): Promise<void> {
  const connections = await Connections.open(server.url, BULK_CONNECTIONS);
  try {
    await connections.sendAll(
      Math.ceil(tasks / BULK),
      (index) => bulkRequest(index * BULK, Math.min(BULK, tasks - index * BULK), 0),
      accepted,
    );
  } finally {
    connections.close();
  }
}

function loneRequest(number: number): Buffer {
  return requestBytes("POST", "/v1/tasks/tasks.add", JSON.stringify({ args: [number, 1], queue: "held", priority: HIGHEST }));
}

function bulkRequest(from: number, length: number, priority: number): Buffer {
  const bodies = Array.from({ length }, (_, index) => ({ task: "tasks.add", args: [from + index, 1], queue: "held", priority }));
  return requestBytes("POST", "/v1/tasks", JSON.stringify(bodies));
}

function accepted({ status, body }: Answer): void {
  if (status !== 202) throw new Error(`a submit: expected 202, got ${status}: ${body.slice(0, 300)}`);
}

async function submitAll(url: string, tasks: number, size: number): Promise<number> {
  const requests: Buffer[] = [];
  for (let from = 0; from < tasks; from += size) {
    requests.push(
      size === 1 ? loneRequest(MEASURED_FROM + from) : bulkRequest(MEASURED_FROM + from, Math.min(size, tasks - from), HIGHEST),
    );
  }
  const connections = await Connections.open(url, size === 1 ? CONNECTIONS : BULK_CONNECTIONS);
  try {
    return await timed(() => connections.sendAll(requests.length, (index) => requests[index] ?? Buffer.alloc(0), accepted));
  } finally {
    connections.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
