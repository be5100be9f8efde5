import { Celeriac } from "../../src/app/celeriac.ts";
import type { Task } from "../../src/app/task.ts";
import type { TaskOptions } from "../../src/app/task-options.ts";
import type { Call, CallOptions, Line } from "../../src/core/call.ts";
import { readConfig } from "../../src/core/config.ts";
import { BrokerDouble } from "./broker-double.ts";

/** What came of a call: what the broker was handed, its line parsed, and the task as the configuration has it. */
export interface Sent {
  call: Call;
  line: Line;
  task: Task;
}

/** A call to be made of a task named `t` that takes `x`. */
export interface Sending {
  options?: Omit<TaskOptions, "schema" | "bind">;
  call?: CallOptions & { args?: [number]; kwargs?: Record<string, unknown> };
  /** `[vars.celeryconfig]`. */
  config?: Record<string, unknown>;
}

/** Registers the task, sends the call, and answers what was sent; throws what is thrown on the way. */
export async function send({ options = {}, call = {}, config = {} }: Sending = {}): Promise<Sent> {
  const app = new Celeriac("rows");
  const task = app.task("t", (x: number) => x, { parameters: ["x?"], ...options });
  const settings = readConfig({ task_queues: ["mail", "feeds"], ...config }).config;
  const broker = Object.assign(new BrokerDouble(), { config: settings });
  app.connect(broker);
  await task.applyAsync({ args: [1], ...call } as Parameters<typeof task.applyAsync>[0]);
  const [sent] = broker.calls;
  const [line] = broker.lines;
  const settled = app.get("t")?.settled(settings);
  if (sent === undefined || line === undefined || settled === undefined) throw new Error("nothing was sent");
  return { call: sent, line, task: settled };
}

/** What was thrown, as text. */
export async function refusalOf(sending: () => unknown): Promise<string> {
  try {
    await sending();
  } catch (error) {
    return String(error);
  }
  throw new Error("expected a refusal");
}

/** The names in the first column of a table of src/CELERY.md, under its heading; a row may name several. */
export function rowsOf(document: string, heading: string): string[] {
  const [, section = ""] = document.split(`\n## ${heading}\n`);
  const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| --"));
  return rows.slice(1).map((line) => (line.split("|")[1] ?? "").trim());
}
