// Measures graphile-worker: see conversation.ts for what is asked and answered.
//
// It keeps no results: a job that has run is deleted. Client and worker share this process, and the task writes its sum into memory,
// which is the fastest honest way to know that each ran, and rightly. The end is when all have run and the jobs are off the table.
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import { answerQuestions } from "./answer-questions.mjs";

const logger = new Logger(() => () => {});
const sums = new Map();
let told = Promise.withResolvers();

// The settings with which its performance page reaches 184,000 jobs a second. That page has four such processes on a larger machine; PostgreSQL needs the other
// of two cores.
const worker = { concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
const connectionString = process.env.DATABASE_URL;
const pool = new pg.Pool({ connectionString, max: 25 });
const utils = await makeWorkerUtils({ pgPool: pool, logger });
await utils.migrate();
const runner = await run({
  preset: { worker },
  pgPool: pool,
  logger,
  noHandleSignals: true,
  taskList: {
    add({ x, y }) {
      sums.set(x, x + y);
      told.resolve();
    },
  },
});

const remaining = async () => Number((await pool.query("select count(*) from graphile_worker._private_jobs")).rows[0].count);

/** As its performance test does: one call adds a batch. 10,000 at once keep the worker busy from the first second. */
const BULK = 10_000;

async function bulk(count) {
  sums.clear();
  const specs = Array.from({ length: count }, (_, number) => ({ identifier: "add", payload: { x: number, y: 1 } }));
  const start = performance.now();
  for (let from = 0; from < count; from += BULK) await utils.addJobs(specs.slice(from, from + BULK));
  while (sums.size < count) await sleep(5);
  while ((await remaining()) > 0) await sleep(5);
  const milliseconds = performance.now() - start;
  for (const [x, sum] of sums) if (sum !== x + 1) throw new Error(`${x} + 1 gave ${sum}`);
  return { milliseconds, verified: sums.size };
}

async function roundTrips(count) {
  const times = [];
  for (let number = 0; number < count; number++) {
    told = Promise.withResolvers();
    const start = performance.now();
    await utils.addJob("add", { x: number, y: 1 });
    await told.promise;
    times.push(performance.now() - start);
    if (sums.get(number) !== number + 1) throw new Error(`${number} + 1 gave ${sums.get(number)}`);
    sums.delete(number);
  }
  return { times };
}

runner.promise.catch((error) => {
  console.error(error);
  process.exit(1);
});
await answerQuestions({ bulk, roundTrips });
