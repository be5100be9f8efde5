/** `npm run bench`: measures this checkout on the local runner. See `--help`. */

import { PRICES } from "../../src/core/prices.ts";
import { judge, ownBars, renderVerdicts } from "./bars.ts";
import type { BenchCase, CaseSetting } from "./bench-case.ts";
import { bulks100, bulks1000, failures } from "./cases/bulk.ts";
import { chordBesideGroup } from "./cases/chord.ts";
import { costs } from "./cases/cost.ts";
import { countdown } from "./cases/countdown.ts";
import { loneExpress, loneQueue } from "./cases/lone.ts";
import { loneExpressCost, loneQueueCost } from "./cases/lone-cost.ts";
import { oneByOne, submitsBesideNoop } from "./cases/one-by-one.ts";
import { Figures, renderFigures, renderSamples } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { type BenchOptions, HELP, readOptions } from "./options.ts";
import { endPrograms } from "./program.ts";
import { say } from "./progress.ts";
import { startServer } from "./server.ts";
import { loadTool } from "./wrk.ts";

const RUNS = 7;
const timed: BenchCase[] = [
  loneQueue,
  loneExpress,
  submitsBesideNoop,
  oneByOne,
  bulks100,
  bulks1000,
  countdown,
  failures,
  chordBesideGroup,
];
const cases: BenchCase[] = [...timed, ...costs, loneQueueCost, loneExpressCost];

const NOTES = `End to end is from the first byte of the first submit until the client was told by the broker's own count that all had ended; results are verified
after that, outside the time. Cost is at list prices of ${PRICES.date} for all but CPU and duration; CPU is that of the whole local workerd,
the emulated queue among it, so above what is billed.`;

const options = readOptions(process.argv.slice(2), RUNS);
if (options === "help")
  console.log(`Usage: npm run bench -- [options]\n\n${HELP.replace("DEFAULT_RUNS", String(RUNS))}\n\nCases:\n${listCases()}`);
else await bench(options);

async function bench({ runs, only, json, scale }: BenchOptions): Promise<void> {
  const machine = describeMachine();
  say(`celeriac bench: ${JSON.stringify(machine)}`);
  const chosen = chooseCases(only);
  if (chosen.length === 0) throw new Error(`--only ${only}: no case has that in its name. Cases:\n${listCases()}`);
  const figures = new Figures();
  const sized = (size: number) => Math.max(1, Math.round(size * scale));
  const server = await startServer();
  for (let run = 1; run <= runs; run++) {
    // One after the other in each run, so that what else the machine does meanwhile falls on all of them.
    for (const one of chosen) if (run === 1 || one.once !== true) await runCase(one, { run, runs, figures, server, sized });
  }
  await server.stop();
  const verdicts = judge(ownBars(figures));
  const report = { machine, load_tool: loadTool(), scale, prices_of: PRICES.date, figures: figures.all(), verdicts };
  if (json) console.log(JSON.stringify(report, null, 2));
  else console.log(`\n${renderFigures(report.figures)}\n\n${NOTES}\nLoad by ${report.load_tool}.\n\n${renderVerdicts(verdicts)}`);
  endPrograms();
}

async function runCase(one: BenchCase, setting: CaseSetting & { run: number; runs: number; figures: Figures }): Promise<void> {
  const { run, runs, figures } = setting;
  const started = performance.now();
  if (run === 1) say(`${one.name}: ${one.title}`);
  const samples = await one.run(setting);
  figures.add(one.name, samples);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`  ${one.name} ${one.once ? "1/1" : `${run}/${runs}`} (${seconds} s): ${renderSamples(samples)}`);
}

/** The case of that name, or else all that have it in theirs. */
function chooseCases(only: string | undefined): BenchCase[] {
  const exact = cases.filter(({ name }) => name === only);
  return exact.length > 0 ? exact : cases.filter(({ name }) => only === undefined || name.includes(only));
}

function listCases(): string {
  return cases.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`).join("\n");
}
