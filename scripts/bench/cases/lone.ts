import type { BenchCase } from "../bench-case.ts";
import { roundTrips } from "../round-trips.ts";
import { quantile } from "../statistics.ts";

const TASKS = 500;

/** A lone task, submitted and held until its result is there; the next one when the broker is idle again. */
function loneCase(lane: "queue" | "express", task: string): BenchCase {
  return {
    name: `lone-${lane}`,
    title: `one task at a time by the ${lane === "queue" ? "queue" : "express lane"}, POST with ?wait, ${TASKS} in a row`,
    async run({ server, sized }) {
      const times = await roundTrips(server.url, task, sized(TASKS));
      return [
        { figure: "round trip p50", unit: "ms", value: quantile(times, 0.5) },
        { figure: "round trip p99", unit: "ms", value: quantile(times, 0.99) },
      ];
    },
  };
}

export const loneQueue = loneCase("queue", "tasks.add");
export const loneExpress = loneCase("express", "tasks.add_express");
