import type { BenchCase, CaseSetting, Sample } from "../bench-case.ts";
import { addJob, failJob, type Job, runBulks, verify } from "../workload.ts";

interface Bulk {
  name: string;
  title: string;
  tasks: number;
  size: number;
  job: (number: number) => Job;
}

function bulkCase({ name, title, tasks, size, job }: Bulk): BenchCase {
  return {
    name,
    title: `${tasks} tasks in bulks of ${size}${title}, every result verified`,
    async run({ server, sized }: CaseSetting): Promise<Sample[]> {
      const jobs = Array.from({ length: sized(tasks) }, (_, number) => job(number));
      const run = await runBulks(server, jobs, size);
      await verify(server, run.ids, jobs);
      return [
        { figure: "accepted", unit: "tasks/s", value: (1000 * jobs.length) / run.acceptedAfter },
        { figure: "end to end", unit: "tasks/s", value: (1000 * jobs.length) / run.endedAfter },
      ];
    },
  };
}

/** Every tenth fails. */
export function everyTenthFails(number: number): Job {
  return number % 10 === 9 ? failJob(number) : addJob(number);
}

export const bulks100 = bulkCase({ name: "bulk-100", title: "", tasks: 20_000, size: 100, job: addJob });
export const bulks1000 = bulkCase({ name: "bulk-1000", title: "", tasks: 50_000, size: 1_000, job: addJob });
export const failures = bulkCase({ name: "failures", title: ", 10 % of them failing", tasks: 20_000, size: 100, job: everyTenthFails });
