import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Door } from "./door.ts";
import { endRunners, newFolder, startRunner } from "./runner.ts";

const deployment = join(import.meta.dirname, "../../scripts/torment/deployment");
const LOST_LIMIT = 2;
const GOOD = 99;
const POISON_PLACE = 37;
/** V8 ends the process when its heap is so full (megabytes), as the platform ends an isolate at 128. */
const HEAP = { MINIFLARE_WORKERD_V8_FLAGS: "--max-old-space-size=256" };

afterAll(endRunners);

describe("a task that ends its consumer among 99 good ones", () => {
  it.concurrent.for([
    ["computes without end", "torment.spin", {}],
    ["takes all memory", "torment.hoard", HEAP],
  ] as const)("because it %s loses them one attempt at most, and fails itself", async ([, poison, env]) => {
    const runner = await startRunner({ config: ownConfig(), env, args: ["--ticks-per-minute", "0"] });
    const door = new Door(runner.url);
    const good = Array.from({ length: GOOD }, (_, number) => aGoodCall(number));
    const ids = await door.callMany(good.toSpliced(POISON_PLACE, 0, { task: poison, args: ["poison"] }));
    const accepted = Date.now();

    const documents = await patientResults(door, ids);
    const [bad] = documents.splice(POISON_PLACE, 1);
    const starts: { token: string; id: string; delivery: number }[] = await (await fetch(`${runner.url}/starts?after=0`)).json();
    const attempts = (id: string) => starts.filter((start) => start.id === id).map(({ delivery }) => delivery);
    const twice = documents.filter(({ task_id }) => attempts(task_id).length > 1).length;
    console.log(`${poison}: failed ${Date.parse(bad?.date_done ?? "") - accepted} ms after the 202; ${twice} good ones were started twice`);

    expect(documents.map(({ status }) => status)).toEqual(good.map(() => "SUCCESS"));
    expect(documents.filter(({ task_id }) => attempts(task_id).some((attempt) => attempt > 2))).toEqual([]);
    expect(bad).toMatchObject({ status: "FAILURE", result: { exc_type: "WorkerLostError" } });
    expect(attempts(ids[POISON_PLACE] ?? "")).toEqual(Array.from({ length: 1 + LOST_LIMIT }, (_, index) => index + 1));
    expect(new Set(starts.map(({ id, delivery }) => `${id} ${delivery}`)).size).toBe(starts.length);
  });
});

/** The torment's deployment, where a task fails sooner, and the runtime is ended when it has answered nothing for two seconds. */
function ownConfig(): string {
  const toml = readFileSync(join(deployment, "wrangler.toml"), "utf8");
  const main = `main = ${JSON.stringify(join(deployment, "worker.ts"))}`;
  const limit = `worker_lost_limit = ${LOST_LIMIT}`;
  const file = join(newFolder(), "wrangler.toml");
  const own = toml.replace(/^main = .*$/m, main).replace(/^worker_lost_limit = .*$/m, limit);
  writeFileSync(file, `${own}\n[limits]\ncpu_ms = 2000\n`);
  return file;
}

function aGoodCall(number: number): { task: string; args: unknown[] } {
  if (number % 3 === 0) return { task: "torment.double", args: [number] };
  return number % 3 === 1 ? { task: "torment.echo", args: [`${number}`] } : { task: "torment.nap", args: [`${number}`, 0.3] };
}

/** Reads results of tasks that end the server now and then. */
async function patientResults(door: Door, ids: readonly string[]) {
  const results = await Promise.all(
    ids.map(async (id) => {
      for (;;) {
        const document = await door.result(id, 5).catch(() => undefined);
        if (document !== undefined && document.status !== "PENDING") return document;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
  return results;
}
