import { join } from "node:path";
import { isInstalled } from "../machine.ts";
import { startProgram } from "../program.ts";
import { converse } from "./conversation.ts";
import { missingPackages } from "./npm-peers.ts";
import type { Peer } from "./peer.ts";
import { startRedis } from "./redis.ts";

/** BullMQ with Redis as it comes. Its settings and their reasons are in `bullmq-worker.mjs` and `bullmq-client.mjs`. */
export const bullmqPeer: Peer = {
  name: "bullmq",
  bulkTasks: 20_000,
  missing: () => (isInstalled("redis-server") ? missingPackages(["bullmq", "ioredis"]) : "not installed: apt-get install redis-server"),
  async start() {
    const redis = await startRedis("default");
    const env = { REDIS_PORT: String(redis.port) };
    const program = (name: string) => ({ name, command: process.execPath, args: [join(import.meta.dirname, `${name}.mjs`)], env });
    const worker = await startProgram({ ...program("bullmq-worker"), ready: /^ready$/m });
    return converse(program("bullmq-client"), [worker, redis]);
  },
};
