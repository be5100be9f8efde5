import { type Command, Option } from "commander";

/** Options that every command takes, before its name or after it. */
export interface GlobalFlags {
  url?: string;
  key?: string;
  timeout?: string;
  settings?: string;
  app?: string;
  broker?: string;
  resultBackend?: string;
  loader?: string;
  workdir?: string;
  json?: boolean;
  color?: boolean;
  /** `-C`. */
  colour?: boolean;
  quiet?: boolean;
  debug?: boolean;
  skipChecks?: boolean;
}

const HEADING = "Options of every command:";

/** Adds them to a command: where it has an option of the same name, its own is the one that counts. */
export function addGlobalOptions(command: Command): void {
  const taken = new Set(command.options.flatMap(({ short, long }) => [short, long]));
  const free = OPTIONS.filter(([flags]) => flags.split(/[ ,]+/).some((flag) => flag.startsWith("--") && !taken.has(flag)));
  for (const [flags, description, hidden] of free) {
    const [short, ...rest] = flags.split(/,\s*/);
    const shown = rest.length > 0 && taken.has(short) ? rest.join(", ") : flags;
    command.addOption(new Option(shown, description).helpGroup(HEADING).hideHelp(hidden === true));
  }
}

const OPTIONS: readonly [flags: string, description: string, hidden?: boolean][] = [
  ["--url <url>", "where the deployment is (CELERIAC_URL; default: http://127.0.0.1:8787, the local runner's)"],
  ["--key <key>", "the key that lets in (better: CELERIAC_KEY, which no list of processes shows)"],
  ["-t, --timeout <seconds>", "how long to wait for an answer (CELERIAC_TIMEOUT; default: 10)"],
  ["--settings <file>", 'JSON with "url", "key", "timeout" (CELERIAC_SETTINGS; default: ~/.config/celeriac/settings.json)'],
  ["-j, --json", "print the answer as JSON"],
  ["-C, --no-color", "no colours (as NO_COLOR)"],
  ["-q, --quiet", "no remarks on stderr"],
  ["--debug", "show the stack of an error"],
  ["-A, --app <module>", "accepted as Celery's, and not needed: the deployment knows its tasks"],
  ["-b, --broker <url>", "Celery's; here the deployment is the broker, and --url names it", true],
  ["--result-backend <url>", "Celery's; here the deployment keeps the results", true],
  ["--loader <name>", "Celery's; not needed", true],
  ["--workdir <folder>", "the folder to work in"],
  ["--skip-checks", "Celery's; not needed", true],
];

/** What a command's line says of them: its own word counts before that of the commands above it. */
export function readGlobalFlags(command: Command): GlobalFlags {
  const lines: Command[] = [];
  for (let each: Command | null = command; each !== null; each = each.parent) lines.push(each);
  const flags: Record<string, unknown> = {};
  for (const each of lines.reverse()) {
    for (const option of each.options.filter(({ helpGroupHeading }) => helpGroupHeading === HEADING)) {
      const name = option.attributeName();
      if (each.getOptionValueSource(name) === "cli") flags[name] = each.getOptionValue(name);
    }
  }
  return flags;
}

/** Remarks for who comes from Celery: what was given, and need not be. */
export function celeryHints(flags: GlobalFlags): string[] {
  const hints: string[] = [];
  if (flags.app !== undefined) hints.push("hint: -A is not needed here: the tasks are those of the deployment that --url names");
  if (flags.broker !== undefined) hints.push("hint: -b is not used: the deployment is its own broker, and --url names it");
  if (flags.resultBackend !== undefined) hints.push("hint: --result-backend is not used: the deployment keeps the results");
  if (flags.loader !== undefined) hints.push("hint: --loader is not used here");
  return hints;
}
