import { requestBytes } from "../connection.ts";
import { Connections } from "../connections.ts";
import { type Figures, renderSamples } from "../figures.ts";
import { say } from "../progress.ts";
import { quantile } from "../statistics.ts";
import type { Mix } from "./mix.ts";
import { measureResets } from "./resets.ts";
import type { Subject } from "./subject.ts";

/** So many wait among the finished ones. */
const LEFT = 1_000;
const CONSUMERS = { width: 8, room: 500 };
const CONNECTIONS = 4;
const SUBMIT = requestBytes("POST", "/v1/tasks/tasks.add", '{"args":[2,3]}');
const QUIET_MILLISECONDS = 3_000;
const PATIENCE_MILLISECONDS = 300_000;

/** Ends all that waits and lets a thousand wait anew, measures resets among what has finished, then lets it expire while submits come in. */
export async function runAfterlife(mix: Mix, subject: Subject, { tasks, figures }: { tasks: number; figures: Figures }): Promise<void> {
  const name = `${mix.name} finished`;
  const start = performance.now();
  const ended = await subject.end({ tasks: 2 * tasks, ...CONSUMERS });
  say(`  ended ${ended} tasks in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  await mix.fill(subject, LEFT);
  await measureResets(subject, name, figures);
  await measureExpiry(subject, name, ended, figures);
}

/** Submits one by one before and while what has finished expires: what one waits for its answer. */
async function measureExpiry(subject: Subject, name: string, finished: number, figures: Figures): Promise<void> {
  const before = await submitFor(subject, QUIET_MILLISECONDS);
  await subject.restart(1);
  const start = performance.now();
  const times: number[] = [];
  for (let expired = 0; expired < finished; ) {
    times.push(...(await submitFor(subject, 1_000)));
    ({ expired } = (await subject.server.stats()).tasks);
    if (performance.now() - start > PATIENCE_MILLISECONDS) throw new Error(`expected ${finished} tasks to expire, got ${expired}`);
  }
  const { tasks, units } = await subject.server.stats();
  const samples = [
    { figure: "submit p50, nothing expiring", unit: "ms", value: quantile(before, 0.5) },
    { figure: "submit p99, nothing expiring", unit: "ms", value: quantile(before, 0.99) },
    { figure: "submit p50 during expiry", unit: "ms", value: quantile(times, 0.5) },
    { figure: "submit p99 during expiry", unit: "ms", value: quantile(times, 0.99) },
    { figure: "longest submit during expiry", unit: "ms", value: quantile(times, 1) },
    { figure: "expired", unit: "tasks", value: tasks.expired },
    { figure: "expired within", unit: "s", value: (performance.now() - start) / 1000 },
    { figure: "alarms set", unit: "alarms", value: units.alarmsSet },
  ];
  figures.add(name, samples);
  say(`  ${renderSamples(samples)}`);
}

async function submitFor({ server }: Subject, milliseconds: number): Promise<number[]> {
  const connections = await Connections.open(server.url, CONNECTIONS);
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  try {
    await connections.timed(SUBMIT, end, times);
    return times;
  } finally {
    connections.close();
  }
}
