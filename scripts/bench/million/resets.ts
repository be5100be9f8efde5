import { type Figures, renderSamples } from "../figures.ts";
import { say } from "../progress.ts";
import type { Subject } from "./subject.ts";

const RESTARTS = 3;
const RESETS = 5;

/** Restarts the process some times, and resets the object, and measures the first claim after each. */
export async function measureResets(subject: Subject, name: string, figures: Figures): Promise<void> {
  for (let restart = 0; restart < RESTARTS; restart++) {
    await subject.restart();
    await claim("first claim after a restart", subject, name, figures);
  }
  for (let reset = 0; reset < RESETS; reset++) {
    await subject.reset();
    await claim("first claim after a reset", subject, name, figures);
  }
}

async function claim(figure: string, subject: Subject, name: string, figures: Figures): Promise<void> {
  const { milliseconds, rowsRead, tasks } = await subject.firstClaim();
  if (tasks === 0) throw new Error(`${figure}: expected tasks, got none`);
  const samples = [
    { figure, unit: "ms", value: milliseconds },
    { figure: `rows read: ${figure}`, unit: "rows", value: rowsRead },
    { figure: `tasks granted: ${figure}`, unit: "tasks", value: tasks },
  ];
  figures.add(name, samples);
  say(`  ${renderSamples(samples)}`);
}
