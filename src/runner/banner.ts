import type { Config } from "../core/config.ts";

/** What the banner tells. */
export interface BannerFacts {
  /** The Worker script's name. */
  name: string;
  version: string;
  /** The Cloudflare Queue under Celery's queues, where there is one. */
  transport: string | undefined;
  /** The state folder, as people know it. */
  state: string;
  config: Readonly<Config>;
  /** Names of the registered tasks; undefined when the Worker script does not tell. */
  tasks: readonly string[] | undefined;
  /** `[vars]`: beat entries are the tables whose names begin with `beat_schedule`. */
  vars: Readonly<Record<string, unknown>>;
  crons: readonly string[];
  /** Where the server answers, without a slash at the end. */
  url: string;
}

/** What `celery worker` says at start, in its manner; the last line is `ready on <url>`. No line break at the end. */
export function renderBanner(facts: BannerFacts): string {
  const entries = beatEntries(facts.vars);
  const sections = [
    [`${facts.name} v${facts.version} (celeriac, local runner)`],
    [
      "[config]",
      `.> app:         ${facts.name}`,
      `.> transport:   ${facts.transport === undefined ? "none" : `Cloudflare Queue '${facts.transport}' (local)`}`,
      `.> results:     Durable Objects in ${facts.state}`,
      `.> concurrency: ${facts.config.workerConcurrency} (a consumer)`,
      `.> timezone:    ${facts.config.timezone}`,
    ],
    ["[queues]", ...facts.config.taskQueues.map((queue) => `.> ${queue}`)],
    facts.tasks === undefined ? [] : ["[tasks]", ...list(facts.tasks.toSorted().map((task) => `  . ${task}`))],
    ["[beat]", ...list(entries), ...(facts.crons.length > 0 ? [] : ["  no Cron Trigger wakes beat: add one under [triggers]"])],
  ];
  const lines = sections
    .filter((section) => section.length > 0)
    .flatMap((section) => ["", ...section.map((line) => ` ${printable(line)}`)]);
  return [...lines, "", `ready on ${facts.url}`].join("\n");
}

function list(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ["  (none)"];
}

function beatEntries(vars: Readonly<Record<string, unknown>>): string[] {
  const tables = Object.entries(vars).filter(([name]) => name.startsWith("beat_schedule"));
  const entries = tables.flatMap(([, table]) => (isTable(table) ? Object.entries(table) : []));
  return entries.map(
    ([name, entry]) =>
      `  . ${name}: ${isTable(entry) ? `${entry.task ?? nameOfCanvas(entry.canvas)} ${describeSchedule(entry.schedule)}` : "?"}`,
  );
}

function describeSchedule(schedule: unknown): string {
  if (typeof schedule === "number") return `every ${schedule} s`;
  if (typeof schedule === "string") return schedule;
  if (!isTable(schedule)) return "?";
  return `{ ${Object.entries(schedule)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
    .join(", ")} }`;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names come from files; none may steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "\ufffd");
}

function nameOfCanvas(canvas: unknown): string {
  return isTable(canvas) ? String(canvas.task) : "?";
}
