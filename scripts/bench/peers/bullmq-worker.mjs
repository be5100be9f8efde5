// The worker: a process of its own, as BullMQ recommends, so that the client has the other core.
import { Worker } from "bullmq";

const connection = { host: "127.0.0.1", port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };
// BullMQ's own benchmark is at its fastest from a concurrency of 8 to 32, and its guide's example has 50.
const worker = new Worker("bench", async (job) => job.data.x + job.data.y, { connection, concurrency: 50 });
await worker.waitUntilReady();
console.log("ready");
