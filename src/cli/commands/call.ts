import { Option } from "commander";
import { awaitResult } from "../await-result.ts";
import type { Define } from "../define.ts";
import { isRecord, textOf } from "../document.ts";
import { readJsonFlag, readNumberFlag, readWait, readWholeFlag } from "../read-flag.ts";
import { printResult } from "../result-text.ts";

interface CallFlags {
  args?: string;
  kwargs?: string;
  eta?: string;
  countdown?: string;
  expires?: string;
  queue?: string;
  priority?: string;
  taskId?: string;
  idempotencyKey?: string;
  timeLimit?: string;
  softTimeLimit?: string;
  maxRetries?: string;
  shadow?: string;
  ignoreResult?: boolean;
  wait?: string | true;
  serializer?: string;
  exchange?: string;
  routingKey?: string;
}

const HIGHEST_PRIORITY = 255;
const MOST_RETRIES = 1_000_000;

/** `celeriac call NAME`: submits a task and prints its id (Celery's `call`); with `--wait` its result instead. */
export const defineCall: Define = (command, open) => {
  command
    .argument("<name>", "the task's name, such as tasks.add")
    .option("-a, --args <json>", "its arguments, a JSON array; @file or - reads it from there")
    .option("-k, --kwargs <json>", "its named arguments, a JSON object, or the same")
    .option("--eta <time>", "not before this time, ISO 8601")
    .option("--countdown <seconds>", "not before so many seconds have passed")
    .option("--expires <seconds|time>", "not after so many seconds, or this time")
    .option("--queue <name>", "the queue it goes to")
    .option("--priority <number>", "its priority, 0 to 255")
    .option("--task-id <id>", "the id it gets")
    .option("--idempotency-key <key>", "a second call with the same key is the first one")
    .option("--time-limit <seconds>", "it is ended after so long")
    .option("--soft-time-limit <seconds>", "it is told after so long")
    .option("--max-retries <number>", "how often it may be tried again")
    .option("--shadow <name>", "the name that logs show")
    .option("--ignore-result", "keep no result")
    .option("--wait [seconds]", "wait for its end and print the result")
    .addOption(new Option("--serializer <name>", "Celery's; here all is JSON").hideHelp())
    .addOption(new Option("--exchange <name>", "Celery's; queues here have no exchanges").hideHelp())
    .addOption(new Option("--routing-key <key>", "Celery's; use --queue").hideHelp())
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac call tasks.add --args '[2, 3]'
  $ celeriac call tasks.add -k '{"x": 2, "y": 3}' --countdown 10 --queue slow
  $ celeriac call tasks.add -a '[2, 3]' --wait 5`,
    )
    .action(async (name: string, flags: CallFlags) => {
      const body = await bodyOf(flags);
      const wait = readWait(flags.wait);
      const session = open();
      const { server, terminal, json } = session;
      for (const flag of ["serializer", "exchange", "routingKey"] as const) {
        if (flags[flag] !== undefined)
          terminal.note(`hint: --${flag === "routingKey" ? "routing-key" : flag} has no meaning here, and is not sent`);
      }
      const answer = await server.post(`/v1/tasks/${encodeURIComponent(name)}`, body, "nonce");
      const document = isRecord(answer) ? answer : {};
      const id = textOf(document.task_id);
      if (wait > 0) return printResult(session, await awaitResult(session, id, wait));
      if (json) terminal.json(document);
      else terminal.print(id);
    });
};

async function bodyOf(flags: CallFlags): Promise<Record<string, unknown>> {
  const { args, kwargs, countdown, expires, priority, timeLimit, softTimeLimit, maxRetries } = flags;
  const body = {
    args: args === undefined ? undefined : await readJsonFlag("--args", args, "array"),
    kwargs: kwargs === undefined ? undefined : await readJsonFlag("--kwargs", kwargs, "object"),
    eta: flags.eta,
    countdown: countdown === undefined ? undefined : readNumberFlag("--countdown", countdown),
    expires: expires === undefined ? undefined : /^\d+(\.\d+)?$/.test(expires) ? Number(expires) : expires,
    queue: flags.queue,
    priority: priority === undefined ? undefined : readWholeFlag("--priority", priority, 0, HIGHEST_PRIORITY),
    task_id: flags.taskId,
    idempotency_key: flags.idempotencyKey,
    time_limit: timeLimit === undefined ? undefined : readNumberFlag("--time-limit", timeLimit),
    soft_time_limit: softTimeLimit === undefined ? undefined : readNumberFlag("--soft-time-limit", softTimeLimit),
    max_retries: maxRetries === undefined ? undefined : readWholeFlag("--max-retries", maxRetries, 0, MOST_RETRIES),
    shadow: flags.shadow,
    ignore_result: flags.ignoreResult,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
