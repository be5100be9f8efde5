import type { Units } from "../../../src/core/units.ts";
import type { BenchCase, Sample } from "../bench-case.ts";
import { between, billPerMillion, perTask, withoutReads } from "../meter.ts";
import { type Server, startServer } from "../server.ts";
import { addJob, type Job, type Run, runBulks, runOneByOne, verify } from "../workload.ts";
import { everyTenthFails } from "./bulk.ts";
import { countdownJob } from "./countdown.ts";

/**
 * Seconds: longer than the alarm that watches over leases (15 s), so that this alarm and the one for expiry are both counted, as when
 * results are kept for a day; and long enough to verify every result before, on a busy machine too.
 */
const RESULT_EXPIRES = 30;
const CONNECTIONS = 32;

interface Costed {
  name: string;
  title: string;
  tasks: number;
  job: (number: number) => Job;
  run: (server: Server, jobs: readonly Job[]) => Promise<Run>;
}

/** What tasks are billed from their submit until their page is deleted, results read by nobody: the verification is taken out. */
function costCase({ name, title, tasks, job, run }: Costed): BenchCase {
  return {
    name: `cost-${name}`,
    title: `${tasks} tasks ${title}: billed until the results have expired and are deleted (${RESULT_EXPIRES} s), every result verified`,
    once: true,
    async run({ sized }) {
      const server = await startServer({ resultExpires: RESULT_EXPIRES });
      try {
        const jobs = Array.from({ length: sized(tasks) }, (_, number) => job(number));
        // The first call also starts the object: what it pays once in its life is not the tasks'.
        const begin = await server.stats();
        const cpu = server.cpu();
        const { ids } = await run(server, jobs);
        const cpuUsed = server.cpu() - cpu;
        const ended = await server.stats();
        await verify(server, ids, jobs);
        const verified = await server.stats();
        await server.until("expired", begin.tasks.expired + jobs.length);
        const life = between(begin, await server.stats());
        const units = withoutReads(life.units, jobs.length, between(ended, verified).units);
        return costSamples(units, jobs.length, cpuUsed);
      } finally {
        await server.stop();
      }
    },
  };
}

/** The figures of units that `tasks` tasks took, and of so many milliseconds of workerd's CPU. */
export function costSamples(units: Units, tasks: number, cpuMilliseconds: number): Sample[] {
  const one = perTask(units, tasks);
  const bill = billPerMillion(units, tasks);
  const cpu = cpuMilliseconds / tasks;
  return [
    { figure: "cost", unit: "$/M", value: bill.total },
    { figure: "duration, apart", unit: "$/M", value: bill.duration },
    { figure: "CPU, apart", unit: "$/M", value: cpu * DOLLARS_PER_CPU_MILLISECOND_MILLION },
    { figure: "rows written", unit: "a task", value: one.rowsWritten },
    { figure: "alarms set", unit: "a task", value: one.alarmsSet },
    { figure: "rows read", unit: "a task", value: one.rowsRead },
    { figure: "worker requests", unit: "a task", value: one.workerRequests },
    { figure: "object requests", unit: "a task", value: one.objectRequests },
    { figure: "messages", unit: "a task", value: Math.max(one.messagesSent, one.messagesReceived) },
    { figure: "awake", unit: "ms a task", value: one.awakeMilliseconds },
    { figure: "workerd's CPU", unit: "ms a task", value: cpu },
  ];
}

/** The list price of a million milliseconds of CPU: what a million tasks cost for each millisecond that one takes. */
const DOLLARS_PER_CPU_MILLISECOND_MILLION = 0.02;

const bulks = (size: number) => (server: Server, jobs: readonly Job[]) => runBulks(server, jobs, size);

/** The cost of every busy way; a lone task's is in `lone-cost.ts`. */
export const costs: BenchCase[] = [
  {
    name: "one-by-one",
    title: `one by one at ${CONNECTIONS} connections`,
    tasks: 10_000,
    job: addJob,
    run: (server: Server, jobs: readonly Job[]) => runOneByOne(server, jobs, CONNECTIONS),
  },
  { name: "bulk-100", title: "in bulks of 100", tasks: 10_000, job: addJob, run: bulks(100) },
  { name: "bulk-1000", title: "in bulks of 1000", tasks: 20_000, job: addJob, run: bulks(1_000) },
  {
    name: "countdown",
    title: "with countdown 2 in bulks of 100",
    tasks: 10_000,
    job: (number: number) => countdownJob(number),
    run: bulks(100),
  },
  { name: "failures", title: "in bulks of 100, 10 % of them failing", tasks: 10_000, job: everyTenthFails, run: bulks(100) },
].map(costCase);
