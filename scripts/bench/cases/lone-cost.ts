import type { BenchCase } from "../bench-case.ts";
import { between } from "../meter.ts";
import { roundTrips } from "../round-trips.ts";
import { type Server, startServer } from "../server.ts";
import { costSamples } from "./cost.ts";

/** Seconds for which results are kept; pages may lie as long again until they are deleted. */
const RESULT_EXPIRES = 24;
/** Seconds between two tasks: each finds the broker idle, the alarm that watched over the last lease (15 s) has fired, and its result has expired. */
const APART = 26;

/**
 * What a lone task on an idle broker is billed in a stream of such tasks: the alarm that watches over one's lease deletes the page of
 * one that has expired, as it does when tasks come up to an hour apart and results are kept for a day. From just before the second
 * task until two pages are deleted two tasks begin and two end their lives. Further apart each would set one alarm more, for its deletion.
 */
function loneCostCase(lane: "queue" | "express", task: string): BenchCase {
  return {
    name: `cost-lone-${lane}`,
    title: `lone tasks, ${APART} s apart, by the ${lane === "queue" ? "queue" : "express lane"}, results kept ${RESULT_EXPIRES} s, the result held for with ?wait`,
    once: true,
    async run() {
      const server = await startServer({ resultExpires: RESULT_EXPIRES });
      try {
        return await measure(server, task);
      } finally {
        await server.stop();
      }
    },
  };
}

async function measure(server: Server, task: string) {
  await roundTrips(server.url, task, 1);
  await server.rest(APART * 1000);
  const begin = await server.stats();
  await roundTrips(server.url, task, 1);
  await server.rest(APART * 1000);
  await roundTrips(server.url, task, 1);
  await server.until("expired", 2);
  const life = between(begin, await server.stats());
  const { tasks } = life;
  if (tasks.accepted !== 2 || tasks.expired !== 2)
    throw new Error(`expected 2 tasks to begin and 2 to expire, got ${JSON.stringify(tasks)}`);
  // One task's CPU time is below what the system's clock tells apart.
  return costSamples(life.units, 2, Number.NaN);
}

export const loneQueueCost = loneCostCase("queue", "tasks.add");
export const loneExpressCost = loneCostCase("express", "tasks.add_express");
