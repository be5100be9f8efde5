import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { isInstalled } from "../machine.ts";
import { startProgram } from "../program.ts";
import { converse } from "./conversation.ts";
import type { Peer } from "./peer.ts";
import { type Durability, startRedis } from "./redis.ts";

/** Debian's own Python: its packages are not another one's. */
export const PYTHON = "/usr/bin/python3";

/** What Debian packages lack of those named, as a sentence; nothing when all modules can be imported. */
export function missingPython(modules: readonly string[], packages: string): string | undefined {
  const { status } = spawnSync(PYTHON, ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" });
  return status === 0 && isInstalled("redis-server") ? undefined : `not installed: apt-get install ${packages} redis-server`;
}

/** Python finds the modules beside this file, and writes nothing there. */
export function pythonEnvironment(redisPort: number): Record<string, string> {
  return { REDIS_PORT: String(redisPort), PYTHONDONTWRITEBYTECODE: "1", PYTHONPATH: import.meta.dirname };
}

/** Starts a Celery worker on the tutorial's app (`celery_tasks.py`, where its settings and their reasons are). */
export function startCeleryWorker(redisPort: number) {
  // Nobody else is there to gossip with; a process for each core, as Celery does by itself.
  const quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"];
  return startProgram({
    name: "celery worker",
    command: PYTHON,
    args: ["-m", "celery", "-A", "celery_tasks", "worker", "--loglevel", "INFO", ...quiet],
    cwd: import.meta.dirname,
    env: pythonEnvironment(redisPort),
    ready: / ready\.\s/,
  });
}

/** Celery with Redis as broker and result backend: a group of tasks and its results. */
export function celeryPeer(durability: Durability): Peer {
  return {
    name: durability === "always" ? "celery-redis-appendfsync" : "celery-redis",
    bulkTasks: 1_000,
    missing: () => missingPython(["celery", "redis"], "python3-celery python3-redis"),
    async start() {
      const redis = await startRedis(durability);
      const worker = await startCeleryWorker(redis.port);
      const args = [join(import.meta.dirname, "celery_client.py")];
      const client = { name: "celery client", command: PYTHON, args, env: pythonEnvironment(redis.port) };
      return converse(client, [worker, redis]);
    },
  };
}
