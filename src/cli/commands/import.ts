import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { findUnsafe } from "../../core/wire/json-guard.ts";
import { CliError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { type Document, isRecord } from "../document.ts";
import { startProgress } from "../progress.ts";
import { readList } from "../read-flag.ts";
import type { Session } from "../session.ts";

interface ImportFlags {
  keepIds?: boolean;
  queue?: string;
  tasks?: string[];
  dryRun?: boolean;
}

interface Line {
  number: number;
  task: Document;
}

/** Tasks in one request, and about as many bytes: what is refused is refused with all of its batch. */
const BATCH = 1_000;
const BATCH_CHARACTERS = 4_000_000;

/** `celeriac import`: submits the tasks of an export, or any NDJSON that `POST /v1/tasks` takes. What was imported before is not doubled. */
export const defineImport: Define = (command, open) => {
  command
    .argument("[file]", "NDJSON, one task a line (default: stdin)", "-")
    .option("--keep-ids", "the tasks keep their ids (they must be new here); else each gets a new one")
    .option("-Q, --queue <name>", "the queue that all go to (default: each its own)")
    .option("-T, --tasks <names>", "only tasks of these names, separated by commas", readList)
    .option("--dry-run", "read and count, submit nothing")
    .addHelpText(
      "after",
      `
A line is an object such as {"task": "tasks.add", "args": [2, 3]}, with any option of a call. A line with an id, as an export has them, is
submitted with an idempotency key made of it: the same file can be imported again within 24 hours, and doubles nothing.

Examples:
  $ celeriac import waiting.ndjson
  $ celeriac import waiting.ndjson --queue slow --dry-run
  $ jq -c '{task: "tasks.add", args: .}' pairs.json | celeriac import`,
    )
    .action(async (file: string, flags: ImportFlags) => {
      const session = open();
      if (file === "-" && process.stdin.isTTY) session.terminal.note("Reading tasks from the terminal, one a line; Ctrl-D ends them.");
      const lines = await readLines(file);
      const meant = lines.filter(({ task }) => flags.tasks === undefined || flags.tasks.includes(String(task.task)));
      const counts = flags.dryRun === true ? { imported: 0, known: 0 } : await submit(session, meant, flags);
      const { terminal, json } = session;
      if (json) return terminal.json({ ...counts, read: lines.length, left_out: lines.length - meant.length });
      if (flags.dryRun === true) return terminal.print(`${meant.length} of ${lines.length} tasks would be imported.`);
      terminal.print(
        `${counts.imported} ${counts.imported === 1 ? "task" : "tasks"} imported${counts.known > 0 ? `, ${counts.known} ${counts.known === 1 ? "was" : "were"} here already` : ""}.`,
      );
    });
};

/** Everything is read, and every line looked at, before anything is submitted. */
async function readLines(file: string): Promise<Line[]> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  const lines: Line[] = [];
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (text.trim() !== "") lines.push({ number, task: readTask(text, number) });
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
  return lines;
}

function readTask(text: string, number: number): Document {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const [fault] = findUnsafe(text, value);
  if (fault !== undefined) throw new CliError(`line ${number}: ${fault.message}; nothing was imported`);
  if (isRecord(value) && typeof value.task === "string") return value;
  throw new CliError(`line ${number}: expected a JSON object such as {"task": "tasks.add", "args": [2, 3]}; nothing was imported`);
}

async function submit(session: Session, lines: readonly Line[], flags: ImportFlags): Promise<{ imported: number; known: number }> {
  const { server, signal } = session;
  const progress = startProgress(session, "Importing");
  let done = 0;
  let known = 0;
  try {
    for (const batch of batchesOf(lines)) {
      if (signal.aborted) throw new CliError(`interrupted after ${done} tasks; the same import again goes on`, 130);
      const body = batch.map(({ task }) => JSON.stringify(callOf(task, flags))).join("\n");
      const answer = await server.ask("POST", "/v1/tasks", { lines: body, repeatable: "nonce" }).catch((error) => {
        throw told(error, batch, done);
      });
      known += isRecord(answer) && Array.isArray(answer.duplicates) ? answer.duplicates.length : 0;
      done += batch.length;
      progress.advance(done, lines.length);
    }
  } finally {
    progress.end();
  }
  return { imported: done - known, known };
}

function* batchesOf(lines: readonly Line[]): Generator<Line[]> {
  let batch: Line[] = [];
  let characters = 0;
  for (const line of lines) {
    const length = JSON.stringify(line.task).length;
    if (batch.length > 0 && (batch.length >= BATCH || characters + length > BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(line);
    characters += length;
  }
  if (batch.length > 0) yield batch;
}

function callOf({ task_id, ...call }: Document, { keepIds, queue }: ImportFlags): Document {
  const changed = queue === undefined ? call : { ...call, queue };
  if (typeof task_id !== "string") return changed;
  if (keepIds === true) return { ...changed, task_id };
  return { ...changed, idempotency_key: call.idempotency_key ?? `import:${task_id}` };
}

/** A refused batch counts its lines from one; the file's are meant. */
function told(error: unknown, batch: readonly Line[], done: number): unknown {
  if (!(error instanceof CliError)) return error;
  const message = error.message.replace(
    /(?:\[\d+\]\S*: )?\bline (\d+)\b/g,
    (_, line: string) => `line ${batch[Number(line) - 1]?.number ?? line}`,
  );
  const before = done === 0 ? "nothing was imported" : `${done} tasks were imported before; the same import again goes on`;
  return new CliError(`${message.replace(/\.$/, "")}; ${before}`, error.exitCode, { cause: error });
}
