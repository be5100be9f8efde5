import type { RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { FlowerArguments } from "./flower-arguments.ts";
import { knownWorker } from "./known-worker.ts";

/** Why the platform, and nobody else, starts and ends consumers. */
const SCALED = "Cloudflare Queues starts and ends consumers by itself; their number is bounded by max_concurrency in wrangler.toml";

/**
 * `POST /api/worker/shutdown/{worker}` and `/api/worker/pool/restart/{worker}`: there is no process to end or to restart. 403 says so, after 404 for an unknown
 * worker. To stop what is consumed, pause the queues (`cancel-consumer`).
 */
export function refuseProcess(what: "shutdown" | "restart"): RouteHandler {
  return async (c) => {
    const worker = knownWorker(c.req.param("worker") ?? "");
    if (what === "restart") {
      throw new Problem("worker_refuses", `Failed to restart the '${worker}' pool: ValueError('Pool restarts not enabled')`);
    }
    throw new Problem(
      "worker_refuses",
      `Failed to shut down '${worker}': it has no process; to stop it consuming, cancel its consumers (pause the queues)`,
    );
  };
}

/** `POST /api/worker/pool/grow/{worker}` and `/shrink` with `n` (default 1): 403, after 404 for an unknown worker and 400 for what is no number. */
export function refuseResize(what: "grow" | "shrink"): RouteHandler {
  return async (c) => {
    const worker = knownWorker(c.req.param("worker") ?? "");
    (await FlowerArguments.read(c)).integer("n");
    throw new Problem("worker_refuses", `Failed to ${what} '${worker}' worker's pool: ${SCALED}`);
  };
}

/** `POST /api/worker/pool/autoscale/{worker}` with `min` and `max`: 403, as for grow and shrink; both must be there. */
export function refuseAutoscale(): RouteHandler {
  return async (c) => {
    const worker = knownWorker(c.req.param("worker") ?? "");
    const form = await FlowerArguments.read(c);
    for (const bound of ["min", "max"]) {
      form.required(bound);
      form.integer(bound);
    }
    throw new Problem("worker_refuses", `Failed to autoscale '${worker}' worker: ${SCALED}`);
  };
}
