import { didYouMean } from "../../core/nearest.ts";
import { usageError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { type Document, listOf, textOf } from "../document.ts";
import { stateColour } from "../paint.ts";
import { startProgress } from "../progress.ts";
import { readWholeFlag } from "../read-flag.ts";
import type { Session } from "../session.ts";
import { printTable } from "../table.ts";
import { addFilterOptions, type FilterFlags, readFilter } from "../task-filter.ts";
import { taskPages } from "../task-pages.ts";

const WHAT = ["tasks", "queues", "bindings", "registered"];
const DEFAULT_LIMIT = "20";
const MOST = 1_000_000;

/** `celeriac list [WHAT]`: tasks newest first, the queues, Celery's `list bindings`, or the registered tasks. */
export const defineList: Define = (command, open) => {
  command.argument("[what]", `${WHAT.join(", ")} (default: tasks)`);
  addFilterOptions(command)
    .option("-n, --limit <number>", "tasks: at most so many (default: 20)")
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac list                          the last 20 tasks
  $ celeriac list --status FAILURE -n 100
  $ celeriac list queues
  $ celeriac list bindings                 as Celery's`,
    )
    .action(async (what = "tasks", flags: FilterFlags & { limit?: string }) => {
      if (!WHAT.includes(what)) throw usageError(`list knows no '${what}'${didYouMean(what, WHAT) || `; known are ${WHAT.join(", ")}`}`);
      const limit = readWholeFlag("--limit", flags.limit ?? DEFAULT_LIMIT, 1, MOST);
      const session = open();
      if (what === "tasks") return listTasks(session, readFilter(flags), limit);
      if (what === "registered") return listRegistered(session);
      return listQueues(session, what === "bindings");
    });
};

async function listTasks(session: Session, filter: Record<string, string>, limit: number): Promise<void> {
  const { terminal, json } = session;
  const tasks: Document[] = [];
  const progress = startProgress(session, "Reading");
  try {
    for await (const page of taskPages(session, filter, limit)) {
      tasks.push(...page);
      progress.advance(tasks.length);
    }
  } finally {
    progress.end();
  }
  if (json) return terminal.json({ results: tasks });
  if (tasks.length === 0) return terminal.print("No tasks.");
  printTable(
    terminal,
    [
      { title: "Id", text: ({ task_id }) => textOf(task_id) },
      { title: "State", text: ({ status }) => textOf(status), colour: ({ status }) => stateColour(textOf(status)) },
      { title: "Name", text: ({ name }) => textOf(name) },
      { title: "Queue", text: ({ queue }) => textOf(queue) },
      { title: "Received", text: ({ date_received }) => textOf(date_received) },
      { title: "Arguments", text: argumentsText },
    ],
    tasks,
  );
}

function argumentsText({ args, kwargs }: Document): string {
  const named = textOf(kwargs);
  const list = textOf(args).replace(/^\[|\]$/g, "");
  return `(${list}${named === "" || named === "{}" ? "" : `${list === "" ? "" : ", "}**${named}`})`;
}

async function listRegistered({ server, terminal, json }: Session): Promise<void> {
  const tasks = listOf(await server.get("/v1/tasks"), "tasks");
  if (json) return terminal.json({ tasks });
  printTable(
    terminal,
    [
      { title: "Name", text: ({ name }) => textOf(name) },
      { title: "Queue", text: ({ queue }) => textOf(queue) },
      { title: "Parameters", text: parametersText },
      { title: "What", text: ({ doc }) => textOf(doc) },
    ],
    tasks,
  );
}

function parametersText(task: Document): string {
  if (!Array.isArray(task.parameters)) return "any";
  return listOf(task, "parameters")
    .map(({ name, required, rest }) => `${rest === true ? "..." : ""}${textOf(name)}${required === false ? "?" : ""}`)
    .join(", ");
}

async function listQueues({ server, terminal, json }: Session, bindings: boolean): Promise<void> {
  const queues = listOf(await server.get("/v1/queues"), "queues");
  if (json) return terminal.json({ queues });
  if (bindings)
    return printBindings(
      terminal,
      queues.map(({ queue }) => textOf(queue)),
    );
  const number = (name: string) => ({ text: (queue: Document) => textOf(queue[name]), right: true });
  printTable(
    terminal,
    [
      { title: "Queue", text: ({ queue }) => textOf(queue) },
      { title: "Ready", ...number("ready") },
      { title: "Scheduled", ...number("scheduled") },
      { title: "Active", ...number("active") },
      { title: "Oldest (s)", text: ({ oldest_age }) => (typeof oldest_age === "number" ? oldest_age.toFixed(1) : "-"), right: true },
      {
        title: "State",
        text: ({ paused }) => (paused === true ? "paused" : "open"),
        colour: ({ paused }) => (paused === true ? "yellow" : undefined),
      },
    ],
    queues,
  );
}

/** Celery's three columns under a rule. A queue here is its own exchange and key. */
function printBindings(terminal: Session["terminal"], queues: readonly string[]): void {
  const width = queues.reduce((widest, queue) => Math.max(widest, queue.length), "Routing Key".length);
  const line = (...texts: string[]) =>
    texts
      .map((text) => text.padEnd(width))
      .join("  ")
      .trimEnd();
  terminal.print(line("Queue", "Exchange", "Routing Key"));
  terminal.print(line(...["", "", ""].map(() => "-".repeat(width))));
  for (const queue of queues) terminal.print(line(queue, queue, queue));
}
