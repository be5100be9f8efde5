import type { BenchCase } from "../bench-case.ts";
import { addJob, type Job, runBulks, verify } from "../workload.ts";

const TASKS = 10_000;
const SIZE = 100;
const SECONDS = 2;

/** A call that becomes due some seconds after it was accepted. */
export function countdownJob(number: number, seconds = SECONDS): Job {
  const job = addJob(number);
  return { ...job, body: { ...job.body, countdown: seconds } };
}

/** Tasks that wait before they run. */
export const countdown: BenchCase = {
  name: "countdown",
  title: `${TASKS} tasks with countdown ${SECONDS} in bulks of ${SIZE}, every result verified`,
  async run({ server, sized }) {
    const jobs = Array.from({ length: sized(TASKS) }, (_, number) => countdownJob(number));
    const run = await runBulks(server, jobs, SIZE);
    await verify(server, run.ids, jobs);
    const afterDue = run.endedAfter - SECONDS * 1000;
    // Due instants are counted from the acceptance, which is later than the first byte of the first submit.
    if (afterDue < 0) throw new Error(`${jobs.length} tasks ended ${-afterDue} ms before the first could be due`);
    return [
      { figure: "from first due to last end", unit: "tasks/s", value: (1000 * jobs.length) / afterDue },
      { figure: "last end after last due", unit: "ms", value: run.endedAfter - run.acceptedAfter - SECONDS * 1000 },
    ];
  },
};
