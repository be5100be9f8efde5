import type { HttpParts, RouteHandler } from "../parts.ts";
import { Problem } from "../problem.ts";
import { messageAnswer } from "./answer.ts";
import { FlowerArguments } from "./flower-arguments.ts";
import { knownWorker } from "./known-worker.ts";

/**
 * `POST /api/worker/queue/add-consumer/{worker}` with `queue`: has tasks of a queue handed out again, which is what they are by default. 404 for an unknown worker;
 * 403 for a queue that is not of this deployment: its queues are `task_queues`.
 */
export function addConsumer(parts: HttpParts): RouteHandler {
  return async (c) => {
    const worker = knownWorker(c.req.param("worker") ?? "");
    const queue = (await FlowerArguments.read(c)).required("queue");
    const known = parts.config(c.env).taskQueues;
    if (!known.includes(queue)) {
      const why = `no queue of this deployment (task_queues: ${known.join(", ")})`;
      throw new Problem("worker_refuses", `Failed to add '${queue.slice(0, 255)}' consumer to '${worker}' worker: ${why}`);
    }
    await parts.broker(c.env).resume(queue);
    return messageAnswer(c, `add consumer ${queue}`);
  };
}

/**
 * `POST /api/worker/queue/cancel-consumer/{worker}` with `queue`: has nothing of a queue handed out until it is added again; what runs goes on, what is sent waits. A queue that
 * is not known is never consumed from: 200, and nothing is done.
 */
export function cancelConsumer(parts: HttpParts): RouteHandler {
  return async (c) => {
    knownWorker(c.req.param("worker") ?? "");
    const queue = (await FlowerArguments.read(c)).required("queue");
    const broker = parts.broker(c.env);
    const isKnown = async () => (await broker.stats()).some(({ queues = [] }) => queues.some((counts) => counts.queue === queue));
    if (parts.config(c.env).taskQueues.includes(queue) || (await isKnown())) await broker.pause(queue);
    return messageAnswer(c, `no longer consuming from ${queue}`);
  };
}
