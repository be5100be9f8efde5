// Measures BullMQ: see conversation.ts for what is asked and answered.
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, QueueEvents } from "bullmq";
import { answerQuestions } from "./answer-questions.mjs";

const connection = { host: "127.0.0.1", port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };
const queue = new Queue("bench", { connection });
const events = new QueueEvents("bench", { connection });
/** A bulk is one transaction and one round trip; larger ones hold Redis, and so the worker, for longer. */
const BULK = 1_000;

/** Ends when all are completed: that count is one cheap question; the values are read afterwards, outside the time. */
async function bulk(count) {
  await queue.obliterate({ force: true });
  const jobs = Array.from({ length: count }, (_, number) => ({ name: "add", data: { x: number, y: 1 } }));
  const start = performance.now();
  const adding = [];
  for (let from = 0; from < count; from += BULK) adding.push(queue.addBulk(jobs.slice(from, from + BULK)));
  await Promise.all(adding);
  while ((await queue.getCompletedCount()) < count) await sleep(5);
  const milliseconds = performance.now() - start;
  const done = await queue.getJobs(["completed"], 0, count);
  const seen = new Set();
  for (const job of done) {
    if (job.returnvalue !== job.data.x + 1) throw new Error(`${job.data.x} + 1 gave ${job.returnvalue}`);
    seen.add(job.data.x);
  }
  return { milliseconds, verified: seen.size };
}

async function roundTrips(count) {
  const times = [];
  for (let number = 0; number < count; number++) {
    const start = performance.now();
    const job = await queue.add("add", { x: number, y: 1 });
    const result = await job.waitUntilFinished(events, 20_000);
    times.push(performance.now() - start);
    if (result !== number + 1) throw new Error(`${number} + 1 gave ${result}`);
  }
  return { times };
}

await events.waitUntilReady();
await queue.waitUntilReady();
await answerQuestions({ bulk, roundTrips });
