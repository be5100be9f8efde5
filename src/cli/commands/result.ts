import { Option } from "commander";
import { awaitResult } from "../await-result.ts";
import type { Define } from "../define.ts";
import { readWait } from "../read-flag.ts";
import { printResult } from "../result-text.ts";

interface ResultFlags {
  wait?: string | true;
  traceback?: boolean;
  forget?: boolean;
}

/**
 * `celeriac result ID`: prints the value of a task that has ended (Celery's `result`), or fails with its error. Celery's waits without end; this one only
 * with `--wait`.
 */
export const defineResult: Define = (command, open) => {
  command
    .argument("<id>", "the task's id")
    .option("--wait [seconds]", "wait for its end, so many seconds or as long as it takes")
    .option("--traceback", "print its traceback instead")
    .option("--forget", "take the result away for good")
    .addOption(new Option("-t, --task <name>", "Celery's; the id says enough").hideHelp())
    .addHelpText(
      "after",
      `
Exit code 1 when the task failed, was revoked, or has not ended.

Examples:
  $ celeriac result ID
  $ celeriac result ID --wait 30
  $ celeriac result ID --traceback
  $ celeriac result ID --json | jq .date_done`,
    )
    .action(async (id: string, flags: ResultFlags) => {
      const wait = readWait(flags.wait);
      const session = open();
      const { server, terminal, json } = session;
      if (flags.forget === true) {
        await server.ask("DELETE", `/v1/results/${encodeURIComponent(id)}`);
        if (json) terminal.json({ task_id: id, forgotten: true });
        else terminal.print(`${id} forgotten`);
        return;
      }
      const document = await awaitResult(session, id, wait);
      if (flags.traceback !== true) return printResult(session, document);
      if (json) terminal.json({ task_id: id, traceback: document.traceback });
      else if (typeof document.traceback === "string") terminal.print(document.traceback.trimEnd());
      else terminal.note(`task ${id} has no traceback: it is ${document.status}`);
    });
};
