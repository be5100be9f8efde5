import { Connection, requestBytes } from "./connection.ts";
import { addJob, checkResult } from "./workload.ts";

/** Submits tasks one after another, each held until its result is there and checked; milliseconds each. */
export async function roundTrips(url: string, task: string, count: number): Promise<number[]> {
  const connection = await Connection.open(url);
  const times: number[] = [];
  try {
    for (let number = 0; number < count; number++) {
      const job = addJob(number);
      const request = requestBytes("POST", `/v1/tasks/${task}?wait=20`, JSON.stringify({ args: job.body.args }));
      const start = performance.now();
      const { body } = await connection.send(request);
      times.push(performance.now() - start);
      checkResult(body, job);
    }
  } finally {
    connection.close();
  }
  return times;
}
