/** Measures what counting tasks by name costs the broker: `node scripts/bench/tallies.ts`. Prints nanoseconds a task for each thing that it is told of, best of some runs. */
import type { Lines } from "../../src/broker/lines.ts";
import { OpenPage } from "../../src/broker/open-page.ts";
import type { PageRow } from "../../src/broker/store/pages.ts";
import { TaskTallies } from "../../src/broker/task-tallies.ts";
import type { Ended } from "../../src/core/outcomes.ts";
import type { PageDraft } from "../../src/core/page.ts";
import type { Outcome } from "../../src/core/result.ts";

const SLOTS = 1_000;
const PAGES = 500;
const RUNS = 5;
const STEPS = ["accept", "grant", "run", "end"] as const;

for (const names of [1, 5]) {
  // As they come over RPC: one piece of memory each.
  const lines: string[] = JSON.parse(
    JSON.stringify(Array.from({ length: SLOTS }, (_, slot) => `{"task":"tasks.add${slot % names}","args":[${slot},1]}`)),
  );
  const best = STEPS.map(() => Number.POSITIVE_INFINITY);
  for (let run = 0; run < RUNS; run++) for (const [step, time] of measure(lines).entries()) best[step] = Math.min(best[step] ?? time, time);
  const figures = STEPS.map((step, index) => `${step} ${(((best[index] ?? 0) * 1e6) / (SLOTS * PAGES)).toFixed(0)}`);
  console.log(`${names} ${names === 1 ? "name" : "names"} on a page, ns a task: ${figures.join(", ")}`);
}

/** Milliseconds of each step, for all pages. */
function measure(lines: string[]): number[] {
  const tallies = new TaskTallies();
  // Of the lines in memory the tallies ask only these.
  const kept = { of: () => lines, kept: () => lines } as unknown as Lines;
  const draft: PageDraft = { queue: "celery", due: 0, head: { v: 1, n: [] }, lines };
  const times = STEPS.map(() => 0);
  for (let id = 1; id <= PAGES; id++) {
    const row: PageRow = { id, queue: "celery", due: 0, created: 0, done: null, count: SLOTS, head: { v: 1 }, lease: null, outcome: null };
    const page = new OpenPage(row);
    const taken = lines.map((_, slot) => ({ page, slot, attempt: 1 }));
    const outcomes = lines.map(
      (_, slot): Outcome => ({ page: id, slot, attempt: 1, state: "SUCCESS", result: "3", traceback: null, startedAt: 1, endedAt: 4 }),
    );
    const ended = lines.map(
      (_, slot): Ended => ({ slot, state: "SUCCESS", result: "3", traceback: null, worker: "w", startedAt: 1, doneAt: 4 }),
    );
    const steps = [
      () => tallies.accept(row, draft, 5),
      () => tallies.grant(taken, kept, "celery", 6),
      () => {
        for (const outcome of outcomes) tallies.run(page, outcome, kept, 7);
      },
      () => tallies.end(page, ended, kept, 7),
    ];
    for (const [step, work] of steps.entries()) {
      const began = performance.now();
      work();
      times[step] = (times[step] ?? 0) + performance.now() - began;
    }
  }
  return times;
}
