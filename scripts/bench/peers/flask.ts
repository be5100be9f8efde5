import { freePort, startProgram } from "../program.ts";
import { missingPython, PYTHON, pythonEnvironment, startCeleryWorker } from "./celery.ts";
import { startRedis } from "./redis.ts";

/** So many requests connect each of its workers to Redis, most likely. */
const WARM_UP = 50;

/** The tutorial's page, running. */
export interface Page {
  url: string;
  stop(): Promise<void>;
}

/** What the page lacks here; nothing when it can run. */
export function missingFlask(): string | undefined {
  return missingPython(["celery", "redis", "flask", "gunicorn"], "python3-celery python3-redis python3-flask gunicorn");
}

/**
 * Starts the tutorial's Flask + Celery page on Gunicorn, with its worker and Redis as they come. Gunicorn's documentation asks for (2 x cores) + 1 workers;
 * its threads keep connections alive, which its plain workers do not. Preloaded, no worker is still importing under load.
 */
export async function startFlaskPage(cores: number): Promise<Page> {
  const redis = await startRedis("default");
  const worker = await startCeleryWorker(redis.port);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const workers = ["--workers", String(2 * cores + 1), "--worker-class", "gthread", "--threads", "8", "--keep-alive", "30", "--preload"];
  const server = await startProgram({
    name: "gunicorn",
    command: PYTHON,
    args: ["-m", "gunicorn", ...workers, "--bind", `127.0.0.1:${port}`, "flask_page:page"],
    cwd: import.meta.dirname,
    env: pythonEnvironment(redis.port),
    ready: /Booting worker/,
  });
  for (let answered = 0; answered < WARM_UP; answered++) await (await fetch(url)).text();
  return {
    url,
    async stop() {
      await server.stop();
      await worker.stop();
      await redis.stop();
    },
  };
}
