/** One thread of `playSeedsInThreads`: plays the seeds that it is sent, and answers what they came to. */
import { parentPort } from "node:worker_threads";
import { playSeeds, type SeedRange } from "./seeds.ts";

parentPort?.on("message", async (range: SeedRange) => parentPort?.postMessage(await playSeeds(range)));
