import { didYouMean } from "../../core/nearest.ts";
import { usageError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { type Document, isRecord, listOf, textOf } from "../document.ts";
import { readWholeFlag } from "../read-flag.ts";
import type { Session } from "../session.ts";
import { printTable } from "../table.ts";

const VERBS = ["list", "next", "run", "enable", "disable"];
const MOST_FIRES = 1_000;
const DEFAULT_FIRES = "5";

/** `celeriac beat [WHAT]`: the schedule's entries. Beat itself is part of the deployment, and is not started from here. */
export const defineBeat: Define = (command, open) => {
  command
    .argument("[what]", `${VERBS.join(", ")} (default: list)`)
    .argument("[name]", "the entry's name")
    .option("-n, --count <number>", "next: so many instants of each entry (default: 5)")
    .addHelpText(
      "after",
      `
Beat is part of the deployment: it runs wherever the deployment does, and need not be started.

Examples:
  $ celeriac beat                     the entries, with their last and next runs
  $ celeriac beat next nightly -n 3   its next three runs
  $ celeriac beat run nightly         send its task now, beside the schedule
  $ celeriac beat disable nightly`,
    )
    .action(async (what = "list", name: string | undefined, { count = DEFAULT_FIRES }: { count?: string }) => {
      if (!VERBS.includes(what)) throw usageError(`beat knows no '${what}'${didYouMean(what, VERBS) || `; known are ${VERBS.join(", ")}`}`);
      const fires = readWholeFlag("--count", count, 1, MOST_FIRES);
      const session = open();
      if (what === "list") return printEntries(session, name);
      if (what === "next") return printNext(session, name, fires);
      if (name === undefined) throw usageError(`beat ${what} expects the name of an entry; \`celeriac beat list\` shows them`);
      return steer(session, what, name);
    });
};

async function entriesOf({ server }: Session, name: string | undefined): Promise<Document[]> {
  if (name === undefined) {
    const entries: Document[] = [];
    for (let cursor: unknown; cursor !== null; ) {
      const part: unknown = await server.get("/v1/schedules", typeof cursor === "string" ? { cursor } : undefined);
      entries.push(...listOf(part, "schedules"));
      cursor = isRecord(part) ? (part.cursor ?? null) : null;
    }
    return entries;
  }
  const entry = await server.get(`/v1/schedules/${encodeURIComponent(name)}`);
  return isRecord(entry) ? [entry] : [];
}

async function printEntries(session: Session, name: string | undefined): Promise<void> {
  const { terminal, json } = session;
  const entries = await entriesOf(session, name);
  if (json) return terminal.json(name === undefined ? { schedules: entries } : entries[0]);
  if (entries.length === 0)
    return terminal.print("No entries: add them to [vars.beat_schedule] in wrangler.toml, or with PUT /v1/schedules/{name}.");
  printTable(
    terminal,
    [
      { title: "Name", text: ({ name }) => textOf(name) },
      { title: "Task", text: ({ task }) => textOf(task) },
      { title: "Schedule", text: ({ schedule }) => scheduleText(schedule) },
      {
        title: "Enabled",
        text: ({ enabled }) => (enabled === false ? "no" : "yes"),
        colour: ({ enabled }) => (enabled === false ? "yellow" : undefined),
      },
      { title: "Next run", text: ({ next_run_at }) => textOf(next_run_at) || "never" },
      { title: "Last run", text: ({ last_run_at }) => textOf(last_run_at) || "-" },
      { title: "Runs", text: ({ total_run_count }) => textOf(total_run_count), right: true },
    ],
    entries,
  );
}

async function printNext(session: Session, name: string | undefined, count: number): Promise<void> {
  const { server, terminal, json } = session;
  const entries = (await entriesOf(session, name)).filter(({ enabled }) => enabled !== false);
  const next: Record<string, string[]> = {};
  for (const entry of entries) {
    const first = textOf(entry.next_run_at);
    next[textOf(entry.name)] = first === "" ? [] : [first, ...(await laterThan(server, entry, first, count - 1))];
  }
  if (json) return terminal.json(next);
  const runs = Object.entries(next).flatMap(([name, instants]) => instants.map((instant) => ({ name, instant })));
  runs.sort((one, other) => one.instant.localeCompare(other.instant));
  if (runs.length === 0) return terminal.print("Nothing will run.");
  printTable(
    terminal,
    [
      { title: "At", text: ({ instant }) => instant },
      { title: "Name", text: ({ name }) => name },
    ],
    runs,
  );
}

/** An interval counts from its last run, so the preview begins at the next one. */
async function laterThan(server: Session["server"], { schedule, timezone }: Document, from: string, count: number): Promise<string[]> {
  if (count === 0) return [];
  const answer = await server.post("/v1/schedules/preview", { schedule, from, count, ...(timezone === undefined ? {} : { timezone }) });
  return isRecord(answer) && Array.isArray(answer.fires) ? answer.fires.map(textOf) : [];
}

async function steer({ server, terminal, json }: Session, what: string, name: string): Promise<void> {
  const answer = await server.post(`/v1/schedules/${encodeURIComponent(name)}/${what}`, undefined, what === "run" ? "nothing" : "nature");
  if (json) terminal.json(answer);
  else if (what === "run") terminal.print(isRecord(answer) ? textOf(answer.task_id) : "");
  else terminal.print(`${name} ${what}d`);
}

function scheduleText(schedule: unknown): string {
  if (typeof schedule === "number") return `every ${schedule} s`;
  if (typeof schedule === "string" || !isRecord(schedule)) return textOf(schedule);
  return Object.entries(schedule)
    .map(([key, value]) => `${key}=${textOf(value)}`)
    .join(" ");
}
