import { type Figures, renderSamples } from "../figures.ts";
import { say } from "../progress.ts";
import { MEASURES, measure, OLDEST, sized } from "./measures.ts";
import type { Mix } from "./mix.ts";
import { measureResets } from "./resets.ts";
import { type Subject, startSubject } from "./subject.ts";

/** How a mix is run. */
export interface MixSetting {
  /** How many tasks wait. */
  tasks: number;
  runs: number;
  /** What the sizes of the measures are multiplied with. */
  scale: number;
  figures: Figures;
}

const MEGABYTE = 2 ** 20;
const PROGRESS = 200_000;

/** Measures a broker in which a mix waits in turn with an empty one; hands back the full one. */
export async function runMix(mix: Mix, { tasks, runs, scale, figures }: MixSetting): Promise<Subject> {
  const told = (done: number, of: number) => {
    if (done % PROGRESS === 0 && of > PROGRESS) say(`  ${done} of ${of}`);
  };
  const empty = await startSubject("empty", told);
  const full = await startSubject("full", told);
  const name = ({ name }: Subject) => `${mix.name} ${name}`;
  await fill(mix, full, tasks, figures);
  const measures = mix.ready ? [...MEASURES, OLDEST] : MEASURES;
  for (let run = 0; run <= runs; run++) {
    for (const one of measures) {
      // Each goes first in every other run.
      const pair = run % 2 === 0 ? [empty, full] : [full, empty];
      const rates = new Map<Subject, number>();
      for (const subject of pair) {
        // As many come to wait as will be claimed, in both: what a broker has just done makes it faster or slower for a while.
        if (one === OLDEST) await mix.fill(subject, sized(one, scale));
        const { rate, rowsRead } = await measure(one, subject, sized(one, scale));
        rates.set(subject, rate);
        const samples = [
          { figure: one.name, unit: "tasks/s", value: rate },
          { figure: `rows read: ${one.name}`, unit: "a task", value: rowsRead },
        ];
        if (run > 0) figures.add(name(subject), samples);
        say(`  ${run === 0 ? "warm-up" : `${run}/${runs}`} ${subject.name}: ${renderSamples(samples)}`);
      }
      const share = (100 * (rates.get(full) ?? Number.NaN)) / (rates.get(empty) ?? Number.NaN);
      if (run > 0) figures.add(`${mix.name} to empty`, [{ figure: one.name, unit: "%", value: share }]);
    }
  }
  for (const subject of [empty, full]) {
    const heap = [{ figure: "heap", unit: "MB", value: (await subject.heap()) / MEGABYTE }];
    figures.add(name(subject), heap);
    say(`  ${subject.name}: ${renderSamples(heap)}`);
  }
  await empty.stop();
  await measureResets(full, name(full), figures);
  return full;
}

async function fill(mix: Mix, subject: Subject, tasks: number, figures: Figures): Promise<void> {
  const before = await subject.server.stats();
  const start = performance.now();
  await mix.fill(subject, tasks);
  const seconds = (performance.now() - start) / 1000;
  const after = await subject.server.stats();
  const waiting = after.tasks.accepted - before.tasks.accepted;
  if (waiting !== tasks) throw new Error(`expected ${tasks} tasks to wait, got ${waiting}`);
  const written = (after.units.rowsWritten - before.units.rowsWritten) / tasks;
  const samples = [
    { figure: "filled", unit: "tasks/s", value: tasks / seconds },
    { figure: "rows written", unit: "a task", value: written },
  ];
  figures.add(`${mix.name} full`, samples);
  say(`  filled in ${seconds.toFixed(0)} s: ${renderSamples(samples)}`);
}
