import { roundTrips } from "../round-trips.ts";
import { startServer } from "../server.ts";
import { addJob, runBulks, verify } from "../workload.ts";
import type { Peer } from "./peer.ts";

/** Small enough that the first bulk is at work while the others are on their way. */
const BULK = 4_000;

/** Ourselves, measured as the peers are, by the queue or by the express lane. */
export function ownPeer(lane: "queue" | "express"): Peer {
  return {
    name: lane === "queue" ? "celeriac" : "celeriac-express",
    bulkTasks: 50_000,
    missing: () => undefined,
    async start() {
      const server = await startServer();
      return {
        async bulk(tasks) {
          const jobs = Array.from({ length: tasks }, (_, number) => addJob(number));
          const run = await runBulks(server, jobs, BULK);
          await verify(server, run.ids, jobs);
          return { milliseconds: run.endedAfter, verified: tasks };
        },
        roundTrips: (tasks) => roundTrips(server.url, lane === "queue" ? "tasks.add" : "tasks.add_express", tasks),
        stop: () => server.stop(),
      };
    },
  };
}
