import type { BenchCase } from "../bench-case.ts";
import type { Server } from "../server.ts";
import { addJob, runOneByOne, verify } from "../workload.ts";
import { measureRate } from "../wrk.ts";

const CONNECTIONS = 32;
const SECONDS = 5;
const TASKS = 10_000;

/** Submits a second under a closed load while their tasks run, then waits until those have ended. */
export async function submitRate(server: Server, seconds: number): Promise<number> {
  const rate = await measureRate({
    url: server.url,
    path: "/v1/tasks/tasks.add",
    body: '{"args":[2,3]}',
    connections: CONNECTIONS,
    seconds,
  });
  const { tasks } = await server.stats();
  await server.until("ended", tasks.accepted);
  return rate;
}

/** Rates beside an empty route of the same server, a pair in each run. */
export const submitsBesideNoop: BenchCase = {
  name: "one-by-one-rate",
  title: `submits at ${CONNECTIONS} connections beside GET /noop behind the same checks, pairs of ${SECONDS} s; every accepted task counted as ended`,
  async run({ server, sized }) {
    const seconds = sized(SECONDS);
    const noop = await measureRate({ url: server.url, path: "/noop", connections: CONNECTIONS, seconds });
    const submits = await submitRate(server, seconds);
    return [
      { figure: "submits", unit: "requests/s", value: submits },
      { figure: "noop", unit: "requests/s", value: noop },
      { figure: "submits to noop", unit: "%", value: (100 * submits) / noop },
    ];
  },
};

/** End to end, by a client that keeps the ids. */
export const oneByOne: BenchCase = {
  name: "one-by-one",
  title: `${TASKS} submits at ${CONNECTIONS} connections, every result verified`,
  async run({ server, sized }) {
    const jobs = Array.from({ length: sized(TASKS) }, (_, number) => addJob(number));
    const run = await runOneByOne(server, jobs, CONNECTIONS);
    await verify(server, run.ids, jobs);
    return [
      { figure: "accepted", unit: "tasks/s", value: (1000 * jobs.length) / run.acceptedAfter },
      { figure: "end to end", unit: "tasks/s", value: (1000 * jobs.length) / run.endedAfter },
    ];
  },
};
