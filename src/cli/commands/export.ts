import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { CliError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { textOf } from "../document.ts";
import { type ExportedTask, exportedTask } from "../exported-task.ts";
import { startProgress } from "../progress.ts";
import { readWholeFlag } from "../read-flag.ts";
import type { Session } from "../session.ts";
import { taskPages } from "../task-pages.ts";

interface ExportFlags {
  output?: string;
  name?: string;
  queue?: string;
  limit?: string;
}

const MOST = 1_000_000_000;

/** `celeriac export`: the tasks that wait, one JSON object a line, as `celeriac import` and `POST /v1/tasks` take them (Celery's `migrate`, in two halves). */
export const defineExport: Define = (command, open) => {
  command
    .option("-o, --output <file>", "the file to write (default: stdout)")
    .option("--name <task>", "only tasks of this name")
    .option("-Q, --queue <name>", "only tasks of this queue")
    .option("-n, --limit <number>", "at most so many")
    .addHelpText(
      "after",
      `
Written are id, name, arguments, queue, due time and options (priority, expires, headers, limits, stamps) of each task that waits, newest first.
The deployment keeps its tasks: pause the queue before, and purge it when the import is done. Members of a workflow are left out, since they wait for one another.

Examples:
  $ celeriac export -o waiting.ndjson
  $ celeriac export -Q mail | celeriac import --url https://other.example.workers.dev`,
    )
    .action(async (flags: ExportFlags) => {
      const limit = flags.limit === undefined ? MOST : readWholeFlag("--limit", flags.limit, 1, MOST);
      const session = open();
      const output = flags.output === undefined ? undefined : await openFile(flags.output);
      const { written, members } = await write(session, flags, limit, output);
      if (output !== undefined) await finished(output.end());
      const left = members === 0 ? "" : ` ${members} members of workflows were left out.`;
      session.terminal.note(`${written} ${written === 1 ? "task" : "tasks"} exported.${left}`);
    });
};

async function write(session: Session, flags: ExportFlags, limit: number, output: Writable | undefined) {
  const { terminal } = session;
  const filter = {
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.queue === undefined ? {} : { queue: flags.queue }),
  };
  const progress = startProgress(session, "Exporting");
  let written = 0;
  let members = 0;
  try {
    for (const status of ["PENDING", "RETRY"]) {
      for await (const page of taskPages(session, { ...filter, status, options: "true" }, limit - written)) {
        for (const document of page) {
          const task = exportedTask(document);
          if (task === undefined) members += 1;
          else await put(task, session, output);
          if (task !== undefined) written += 1;
        }
        if (output !== undefined || !terminal.interactive) progress.advance(written);
      }
    }
  } finally {
    progress.end();
  }
  return { written, members };
}

async function put(task: ExportedTask, { terminal }: Session, output: Writable | undefined): Promise<void> {
  const line = JSON.stringify(task);
  if (output === undefined) return terminal.print(line);
  if (!output.write(`${line}\n`)) await once(output, "drain");
}

async function openFile(path: string): Promise<Writable> {
  const stream = createWriteStream(path);
  try {
    await once(stream, "open");
    return stream;
  } catch (error) {
    throw new CliError(`cannot write ${path}: ${textOf(error instanceof Error ? error.message : error)}`);
  }
}
