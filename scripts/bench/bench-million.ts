/** `npm run bench:million`: measures a broker in which very many tasks wait, in turn with an empty one. See `--help`. */
import { parseArgs } from "node:util";
import { judge, renderVerdicts } from "./bars.ts";
import { Figures, renderFigures } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { runAfterlife } from "./million/afterlife.ts";
import { millionBars } from "./million/million-bars.ts";
import { MIXES } from "./million/mix.ts";
import { runMix } from "./million/run-mix.ts";
import { readNumber } from "./options.ts";
import { endPrograms } from "./program.ts";
import { say } from "./progress.ts";

const HELP = `Usage: npm run bench:million -- [options]

Fills a broker with tasks that wait and measures it in turn with an empty one: throughput, heap, the first claim after a reset, expiry.

Options:
  --tasks N     how many tasks wait (default: 1000000)
  --runs N      how often each pair is measured (default: 9)
  --only NAME   only the mixes whose name contains NAME: ${MIXES.map(({ name }) => name).join(", ")}
  --scale X     measured tasks times X, from 0.01 to 10 (default: 1)
  --json        one JSON document on stdout instead of tables
  -h, --help    this text`;

const { values } = parseArgs({
  options: {
    tasks: { type: "string" },
    runs: { type: "string" },
    only: { type: "string" },
    scale: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) console.log(HELP);
else await benchMillion();

async function benchMillion(): Promise<void> {
  const tasks = readNumber("--tasks", values.tasks, { fallback: 1_000_000, lowest: 1_000, highest: 10_000_000, whole: true });
  const runs = readNumber("--runs", values.runs, { fallback: 9, lowest: 1, highest: 100, whole: true });
  const scale = readNumber("--scale", values.scale, { fallback: 1, lowest: 0.01, highest: 10, whole: false });
  const machine = describeMachine();
  say(`celeriac bench:million: ${JSON.stringify(machine)}`);
  const mixes = MIXES.filter(({ name }) => values.only === undefined || name.includes(values.only));
  if (mixes.length === 0) throw new Error(`--only ${values.only}: no mix has that in its name`);
  const figures = new Figures();
  for (const mix of mixes) {
    say(`${mix.name}: ${mix.title(tasks)}`);
    const full = await runMix(mix, { tasks, runs, scale, figures });
    // Etas do not end within a benchmark.
    if (mix.ready) await runAfterlife(mix, full, { tasks, figures });
    await full.stop();
  }
  const verdicts = judge(mixes.flatMap((mix) => millionBars(mix, figures)));
  const report = { machine, tasks, figures: figures.all(), verdicts };
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else console.log(`\n${renderFigures(report.figures)}\n\n${renderVerdicts(verdicts)}`);
  endPrograms();
}
