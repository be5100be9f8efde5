/**
 * Kills the local runner (SIGKILL) again and again under load and checks the invariants; exit 1 when one is broken.
 *
 *     npm run torment -- [--kills N] [--seed S]    default: 200 kills, in some ten minutes, with seed 1
 */
import { parseArgs } from "node:util";
import { type TormentReport, torment } from "./torment.ts";

const MOST_TOLD = 20;
const TOLD_EVERY = 10;

const { values } = parseArgs({ options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } } });
// An end by signal must leave no runner behind: the victim is ended as this process exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

const kills = read("kills", values.kills);
const began = performance.now();
const report = await torment({ kills, seed: read("seed", values.seed), progress: tell });
const seconds = Math.round((performance.now() - began) / 1000);
const { group, node, workerd } = report.kills;
console.log(
  [
    `${group + node + workerd} kills in ${seconds} s: ${group} of the process group, ${node} of Node alone (${report.orphans} left a workerd behind), ${workerd} of workerd alone; ` +
      `${report.early} before the runner was ready`,
    `${report.accepted} tasks accepted, ${report.finished} ended; ${report.starts} starts noted, at most ${report.mostAttempts} of one task; ` +
      `${report.leasesLost} leases lost without a kill`,
    `${report.resent} requests sent again for want of an answer, ${report.unanswered} given up; ${report.repeated} answered as before`,
    `${report.broken.length} broken invariants`,
    ...report.broken.slice(0, MOST_TOLD).map((what) => `  ${what}`),
  ].join("\n"),
);
if (report.broken.length > 0) process.exitCode = 1;
process.exit();

function tell({ kills: killed, accepted, finished, broken }: TormentReport): void {
  const count = killed.group + killed.node + killed.workerd;
  if (count % TOLD_EVERY !== 0 && broken.length === 0) return;
  console.log(
    `${count} of ${kills} kills after ${Math.round((performance.now() - began) / 1000)} s: ${accepted} tasks accepted, ${finished} seen to end, ${broken.length} broken invariants`,
  );
}

function read(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${option}: expected a whole number from 0, got ${JSON.stringify(text)}`);
  return process.exit(1);
}
