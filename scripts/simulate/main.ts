/** `npm run simulate`: plays simulated histories of the whole system and checks its invariants. See `--help`. */
import { parseArgs } from "node:util";
import { DEFECT_NAMES, withDefect } from "./defects.ts";
import { findDefect } from "./find-defect.ts";
import { type HistoryOptions, runHistory } from "./history.ts";
import { writeSummary, writeViolation } from "./report.ts";
import { playSeedsInThreads } from "./seeds.ts";

const MOST_SEEDS_FOR_A_DEFECT = 1_000;

const HELP = `Usage: npm run simulate -- [options]

Plays simulated histories of the whole system and checks its invariants; exit 1 when one is broken.

  --seeds N        how many, one after another (default: 1000)
  --from S         the first seed (default: 1)
  --threads T      in how many threads (default: 2)
  --seed S         one history, told in a line
  --trace          with --seed: every event that happens
  --defect NAME    with --seed: the product spoilt
  --defects        shows for each seeded defect the seed that finds it
  -h, --help       this text`;

const values = readArguments();
if (values.help) console.log(HELP);
else if (values.defects) await showDefects();
else if (values.seed !== undefined) await showSeed(read("seed", values.seed));
else await showSeeds();

function readArguments() {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const counts = { seeds: { ...text, default: "1000" }, from: { ...text, default: "1" }, threads: { ...text, default: "2" } };
  try {
    return parseArgs({
      options: { ...counts, seed: text, trace: flag, defect: text, defects: flag, help: { ...flag, short: "h" } },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return process.exit(2);
  }
}

async function showSeeds(): Promise<void> {
  const began = performance.now();
  const count = read("seeds", values.seeds);
  let told = 0;
  const range = { from: read("from", values.from), count };
  const summary = await playSeedsInThreads(range, read("threads", values.threads), ({ histories }) => {
    if (histories < told + count / 10) return;
    told = histories;
    console.log(`${histories} of ${count}`);
  });
  const [first] = summary.broken;
  if (first !== undefined) {
    process.exitCode = 1;
    const again = await runHistory(first.seed, { traced: true });
    console.log(writeViolation(again, again.violation ?? first.violation));
  }
  console.log(writeSummary(summary, (performance.now() - began) / 1000));
}

async function showSeed(seed: number): Promise<void> {
  const options: HistoryOptions = { traced: true, tell: values.trace ? (line) => console.log(line) : undefined };
  const play = (more: HistoryOptions) => runHistory(seed, { ...options, ...more });
  const history = values.defect === undefined ? await play({}) : await withDefect(values.defect, play);
  const { violation, tasks, struck, lasted, trace } = history;
  console.log(`seed ${seed}: ${tasks} tasks, ${struck} faults, ${Math.round(lasted / 1000)} s of virtual time, trace ${trace.hash}`);
  if (violation === undefined) return;
  process.exitCode = 1;
  console.log(writeViolation(history, violation));
}

async function showDefects(): Promise<void> {
  for (const name of DEFECT_NAMES) {
    const found = await findDefect(name, MOST_SEEDS_FOR_A_DEFECT);
    if (found === undefined) process.exitCode = 1;
    const how = found === undefined ? "NOT FOUND" : `found by seed ${found.seed} (${found.violation.message.split("\n")[0]})`;
    console.log(`${name}: ${how}`);
  }
}

function read(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${option}: expected a whole number from 0, got ${JSON.stringify(text)}`);
  return process.exit(1);
}
