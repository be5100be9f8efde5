import { Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Define } from "../define.ts";
import { isRecord, listOf, numberOf, textOf } from "../document.ts";
import { startProgress } from "../progress.ts";
import { readList } from "../read-flag.ts";
import type { Session } from "../session.ts";

interface PurgeFlags {
  force?: boolean;
  queues?: string[];
  excludeQueues?: string[];
}

/** `celeriac purge`: ends all that waits in queues as REVOKED; what runs goes on. It asks first, as Celery's does. */
export const definePurge: Define = (command, open) => {
  command
    .option("-f, --force", "do not ask")
    .option("-Q, --queues <names>", "these queues, separated by commas (default: all)", readList)
    .option("-X, --exclude-queues <names>", "all queues but these", readList)
    .addOption(new Option("--yes", "the same as --force").hideHelp())
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac purge
  $ celeriac purge -f -Q mail,slow`,
    )
    .action(async (flags: PurgeFlags & { yes?: boolean }) => {
      const session = open();
      const queues = await meantQueues(session, flags);
      if (queues.length === 0) throw new CliError("no queue is left to purge");
      if (flags.force !== true && flags.yes !== true) await askFirst(session, queues);
      await purge(session, queues);
    });
};

async function meantQueues({ server }: Session, { queues, excludeQueues = [] }: PurgeFlags): Promise<string[]> {
  const named = queues ?? listOf(await server.get("/v1/queues"), "queues").map(({ queue }) => textOf(queue));
  return named.filter((queue) => !excludeQueues.includes(queue));
}

async function askFirst({ terminal, server }: Session, queues: readonly string[]): Promise<void> {
  terminal.note(`All tasks that wait in ${queues.join(", ")} at ${server.url} will be revoked, for good. (-f does not ask.)`);
  if (await terminal.confirm("Purge?")) return;
  throw new CliError("aborted, nothing was purged");
}

async function purge(session: Session, queues: readonly string[]): Promise<void> {
  const { server, terminal, json } = session;
  const progress = startProgress(session, "Purging");
  const purged: Record<string, number> = {};
  for (const [at, queue] of queues.entries()) {
    progress.advance(at, queues.length);
    const answer = await server.post(`/v1/queues/${encodeURIComponent(queue)}/purge`);
    purged[queue] = isRecord(answer) ? numberOf(answer.purged) : 0;
  }
  progress.end();
  if (json) return terminal.json({ purged });
  const count = Object.values(purged).reduce((sum, each) => sum + each, 0);
  const where = `${queues.length} ${queues.length === 1 ? "queue" : "queues"}`;
  if (count === 0) terminal.print(`No messages purged from ${where}.`);
  else
    terminal.print(
      `Purged ${count} ${count === 1 ? "message" : "messages"} from ${queues.length} known task ${queues.length === 1 ? "queue" : "queues"}.`,
    );
}
