import { didYouMean } from "../../core/nearest.ts";
import { VIRTUAL_WORKER } from "../../core/virtual-worker.ts";
import { usageError } from "../cli-error.ts";
import { CONTROLS, type ControlFlags, LEFT_OUT } from "../controls.ts";
import type { Define } from "../define.ts";
import { pickNodes } from "../nodes.ts";
import { readList } from "../read-flag.ts";
import { printReply } from "../reply.ts";
import { addFilterOptions } from "../task-filter.ts";

/** `celeriac control WHAT`: steers the deployment; the replies are Celery's. */
export const defineControl: Define = (command, open) => {
  const names = Object.keys(CONTROLS);
  command
    .argument("[what]", names.join(", "))
    .argument("[arguments...]", "see below")
    .option("-d, --destination <nodes>", "only these nodes, separated by commas", readList)
    .option("--terminate", "revoke: end those that run, too")
    .option("--dry-run", "revoke, retry with a filter: only count")
    .option("--list", "list what can be done");
  addFilterOptions(command)
    .addHelpText(
      "after",
      `
What:
${Object.values(CONTROLS)
  .map(({ usage, text }) => `  ${usage.padEnd(36)} ${text}`)
  .join("\n")}

Examples:
  $ celeriac control rate_limit tasks.add 10/m
  $ celeriac control revoke ID1 ID2 --terminate
  $ celeriac control revoke --queue mail --status PENDING --dry-run
  $ celeriac control pause mail`,
    )
    .action(async (what: string | undefined, words: string[], flags: ControlFlags & { destination?: string[]; list?: boolean }) => {
      const session = open();
      const { terminal, json } = session;
      if (flags.list === true) {
        if (json) return terminal.json(Object.fromEntries(names.map((name) => [name, CONTROLS[name]?.text])));
        for (const { usage, text } of Object.values(CONTROLS)) terminal.print(`${usage.padEnd(36)} ${text}`);
        return;
      }
      if (what === undefined) throw usageError(`control expects what to do: ${names.join(", ")}`);
      const control = Object.hasOwn(CONTROLS, what) ? CONTROLS[what] : undefined;
      if (control === undefined) throw unknownControl(what, names);
      const node = VIRTUAL_WORKER;
      pickNodes([{ node, body: undefined }], flags.destination ?? []);
      const { answer, said } = await control.run(session, words, flags);
      if (json) terminal.json(answer);
      else printReply(terminal, node, { ok: said });
    });
};

function unknownControl(what: string, names: readonly string[]): Error {
  const why = Object.hasOwn(LEFT_OUT, what) ? LEFT_OUT[what] : undefined;
  if (why !== undefined) return usageError(`control ${what} is left out: ${why}`);
  return usageError(`control knows no '${what}'${didYouMean(what, names) || `; known are ${names.join(", ")}`}`);
}
