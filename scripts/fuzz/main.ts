/**
 * Sends hostile requests for every route of the table to a local runner of its own; exit 1 when an answer is 5xx, when a request gets none, or when
 * the runner has died. One in five is sound (calls, canvases, ids that were given read back), so that there is something to break.
 *
 *     npm run fuzz -- [--requests N] [--seed S] [--from F]    default: 100,000 requests, seed 1, from number 0
 */
import { parseArgs } from "node:util";
import { endRunners, startRunner } from "../../test/stories/runner.ts";
import { fuzz } from "./fuzz.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
  },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

const runner = await startRunner({ args: ["--loglevel", "error"] });
const began = performance.now();
const { statuses, sound, faults } = await fuzz({ url: runner.url, requests: read("requests"), seed: read("seed"), from: read("from") });
const healthy = (await fetch(`${runner.url}/healthcheck`)).ok;
const seconds = Math.round((performance.now() - began) / 1000);
const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
const told = [...statuses].toSorted(([left], [right]) => left - right).map(([status, count]) => `${status}: ${count}`);
console.log(`${total} requests in ${seconds} s; ${told.join(", ")}; sound: ${sound.taken} of ${sound.sent} taken`);
console.log(`${faults.length} faults; the runner is ${healthy && runner.child.exitCode === null ? "well" : "broken"}`);
for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
if (faults.length > 0) console.log(runner.output().slice(-4_000));
endRunners();
process.exit(faults.length > 0 || !healthy ? 1 : 0);

function read(option: "requests" | "seed" | "from"): number {
  const number = Number(values[option]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${option}: expected a whole number from 0, got ${JSON.stringify(values[option])}`);
  return process.exit(1);
}
