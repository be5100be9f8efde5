import { WorkerEntrypoint } from "cloudflare:workers";
import type { Bell, Grant } from "../broker/api.ts";
import type { Env } from "../env.ts";
import { ClaimLoop } from "./claim-loop.ts";
import type { ConsumerParts } from "./consumer.ts";

/** What the consumer of the express lane is called, in results (by the broker) and logs. */
const EXPRESS_CONSUMER = "celeriac@express";

/**
 * Makes the class of the express lane: the broker calls it over a loopback binding (`ctx.exports.Express`) with tasks that it has
 * granted. They run under the callee's own `waitUntil`, which goes on when the broker's object is reset, and are
 * reported as by any consumer.
 */
export function expressClass(parts: ConsumerParts): new (ctx: ExecutionContext, env: Env) => WorkerEntrypoint<Env> {
  return class Express extends WorkerEntrypoint<Env> {
    /** Starts the granted tasks and answers at once. */
    async run(bell: Bell, grant: Grant): Promise<void> {
      const { env } = this;
      const { registry, clock, signals } = parts;
      const config = parts.config(env);
      const log = parts.log(env, EXPRESS_CONSUMER);
      const shared = { registry, clock, signals, broker: parts.broker(env), log, concurrency: config.workerConcurrency, config, env };
      this.ctx.waitUntil(new ClaimLoop({ ...shared, bell, consumer: EXPRESS_CONSUMER }).work(grant));
    }
  };
}
